namespace LoopRig.Core.Tests.Time;

/// <summary>A device with a clock of its own whose messages a test hands to a model: true time in, host time with a one-sided delay out.</summary>
internal sealed class DeviceUnderTest
{
    private readonly Random _random;
    private double _shown;
    private double _shownAt;
    private long _hostNs = long.MinValue;

    public DeviceUnderTest(StreamClock clock, double driftPpm, double shows = 0, double delayMs = 5, int seed = 1)
    {
        (Clock, DriftPpm, _shown, DelayMs, _random) = (clock, driftPpm, shows, delayMs, new Random(seed));
    }

    public StreamClock Clock { get; }
    public double DriftPpm { get; set; }
    public double DelayMs { get; set; }
    public uint Epoch { get; set; }

    /// <summary>What the clock shows at a true time, ns.</summary>
    public long Shows(double trueNs) => (long)Math.Round(_shown + (trueNs - _shownAt) * (1 + DriftPpm * 1e-6));

    /// <summary>From a true time on the clock shows something else.</summary>
    public void Jump(double trueNs, double shows) => (_shownAt, _shown) = (trueNs, shows);

    /// <summary>Sends one sample; gives the error of its converted time, ns.</summary>
    public double Send(double trueNs, double extraDelayNs = 0, long glitchNs = 0)
    {
        var delay = -Math.Log(1 - _random.NextDouble()) * DelayMs * 1e6 + extraDelayNs;
        _hostNs = Math.Max(_hostNs + 1000, (long)(trueNs + delay));
        var device = Shows(trueNs) + glitchNs;
        Clock.Observe(new FrameHeader { DeviceTimeNs = device, HostTimeNs = _hostNs, Epoch = Epoch });
        return Clock.ToRig(device) - trueNs;
    }

    /// <summary>Sends samples at a rate; gives the largest absolute error, ns.</summary>
    public double Run(double fromSeconds, double toSeconds, double rateHz = 100)
    {
        var largest = 0.0;
        for (var i = 0; i < (toSeconds - fromSeconds) * rateHz; i++)
        {
            largest = Math.Max(largest, Math.Abs(Send((fromSeconds + i / rateHz) * 1e9)));
        }
        return largest;
    }
}
