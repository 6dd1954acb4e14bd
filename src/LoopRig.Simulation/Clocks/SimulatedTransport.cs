using LoopRig.Core;

namespace LoopRig.Simulation;

/// <summary>
/// Messages of several devices in the order in which a host takes them: each device's in its own order, delayed at random, and all of them held up
/// when the host stalls. Simulated time; the true time of every sample is known.
/// </summary>
public sealed class SimulatedTransport
{
    private const long BetweenNs = 20_000; // two messages that waited in one queue
    private readonly IReadOnlyList<SimulatedDevice> _devices;
    private readonly IReadOnlyList<(double AtSeconds, double LastsSeconds)> _stalls;
    private readonly SeededRandom[] _random;
    private readonly SimulatedMessage[] _next;

    /// <summary>Prepares the devices' first messages.</summary>
    /// <param name="devices">The devices.</param>
    /// <param name="seed">Decides every delay.</param>
    /// <param name="stalls">When the host takes nothing, and for how long.</param>
    public SimulatedTransport(IReadOnlyList<SimulatedDevice> devices, ulong seed, IReadOnlyList<(double AtSeconds, double LastsSeconds)>? stalls = null)
    {
        (_devices, _stalls) = (devices, stalls ?? []);
        _random = [.. devices.Select(d => new SeededRandom(seed, d.Name))];
        _next = [.. devices.Select((d, i) => new SimulatedMessage(i, d.BlockSamples))];
        for (var i = 0; i < _next.Length; i++)
        {
            Advance(i);
        }
    }

    /// <summary>The next message; it is overwritten by the next call but one.</summary>
    public SimulatedMessage Next()
    {
        var first = 0;
        for (var i = 1; i < _next.Length; i++)
        {
            first = _next[i].HostNs < _next[first].HostNs ? i : first;
        }
        var message = _next[first].Copy();
        Advance(first);
        return message;
    }

    private void Advance(int device)
    {
        var (how, message) = (_devices[device], _next[device]);
        // The device samples by its own clock, and goes on counting through a jump of what it shows.
        var interval = 1e9 / (how.RateHz * (1 + how.DriftPpm * 1e-6));
        for (var i = 0; i < how.BlockSamples; i++)
        {
            message.TrueNs[i] = interval * (message.Number * how.BlockSamples + i + 1);
            message.DeviceNs[i] = how.Shows(message.TrueNs[i]);
        }
        message.Number++;
        var taken = message.TrueNs[^1] + how.LatencyNs + DelayNs(how, _random[device]);
        foreach (var (at, lasts) in _stalls)
        {
            if (taken >= at * 1e9 && taken < (at + lasts) * 1e9)
            {
                taken = (at + lasts) * 1e9;
            }
        }
        message.HostNs = Math.Max((long)taken, message.HostNs + BetweenNs);
    }

    private static double DelayNs(SimulatedDevice how, SeededRandom random) => how.DelayMs * 1e6 * how.Delay switch
    {
        DelayKind.Uniform => random.Uniform(0, 2),
        DelayKind.TwoStage => (random.Exponential(1) + random.Exponential(1)) / 2,
        DelayKind.HalfNormal => Math.Abs(random.Normal()) * Math.Sqrt(Math.PI / 2),
        _ => random.Exponential(1),
    };
}

/// <summary>A message on its way.</summary>
public sealed class SimulatedMessage
{
    internal SimulatedMessage(int stream, int samples) => (Stream, TrueNs, DeviceNs) = (stream, new double[samples], new long[samples]);

    /// <summary>The device's index.</summary>
    public int Stream { get; }
    /// <summary>Counts the device's messages.</summary>
    public long Number { get; internal set; }
    /// <summary>When the host has it in hand, ns on the rig clock.</summary>
    public long HostNs { get; internal set; }
    /// <summary>When each sample was taken, ns on the rig clock: what nobody knows.</summary>
    public double[] TrueNs { get; }
    /// <summary>What the device's clock showed.</summary>
    public long[] DeviceNs { get; }

    internal SimulatedMessage Copy()
    {
        var copy = new SimulatedMessage(Stream, TrueNs.Length) { Number = Number, HostNs = HostNs };
        TrueNs.CopyTo(copy.TrueNs, 0);
        DeviceNs.CopyTo(copy.DeviceNs, 0);
        return copy;
    }
}
