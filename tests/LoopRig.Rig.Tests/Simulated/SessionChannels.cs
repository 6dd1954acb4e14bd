using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Recording;
using LoopRig.Simulation;

namespace LoopRig.Rig.Tests.Simulated;

/// <summary>Reads vector streams of a simulated session, their times put on the rig clock by the truth about the devices' clocks, not by any model of them.</summary>
internal sealed class SessionChannels(SessionReader session)
{
    private readonly Dictionary<string, (double[] TimesNs, double[][] Values)> _streams = [];

    public StreamDescriptor Describe(string stream) => session.Index.Find(stream)?.Descriptor ?? throw new InvalidOperationException($"the session has no stream {stream}");

    /// <summary>The true times of a stream's samples, ns.</summary>
    public double[] TimesNs(string stream) => Read(stream).TimesNs;

    /// <summary>One channel of a stream.</summary>
    public double[] Values(string stream, string channel)
    {
        var index = Array.IndexOf(Describe(stream).Channels, channel);
        return [.. Read(stream).Values.Select(sample => sample[index])];
    }

    /// <summary>One channel at any times, linear between its samples.</summary>
    public double[] At(string stream, string channel, double[] timesNs)
    {
        var (times, values) = (TimesNs(stream), Values(stream, channel));
        var result = new double[timesNs.Length];
        for (var (i, at) = (0, 0); i < timesNs.Length; i++)
        {
            while (at + 2 < times.Length && times[at + 1] <= timesNs[i])
            {
                at++;
            }
            var share = Math.Clamp((timesNs[i] - times[at]) / (times[at + 1] - times[at]), 0, 1);
            result[i] = values[at] + share * (values[at + 1] - values[at]);
        }
        return result;
    }

    private (double[] TimesNs, double[][] Values) Read(string stream)
    {
        if (_streams.TryGetValue(stream, out var known))
        {
            return known;
        }
        var descriptor = Describe(stream);
        var (beyond, drift, start) = descriptor.ClockId == 0 ? (0, 0, 0) : ClockTruth(descriptor.Clock);
        var times = new List<double>();
        var values = new List<double[]>();
        var message = new RecordedMessage();
        foreach (var entry in session.Index.Find(stream)!.Messages)
        {
            session.Read(entry, message);
            var header = message.Header;
            var blockTimes = MemoryMarshal.Cast<byte, long>(message.Payload[..header.TimesLength]);
            for (var i = 0; i < header.SampleCount; i++)
            {
                var deviceNs = blockTimes.IsEmpty ? header.DeviceTimeNs : blockTimes[i];
                times.Add(start + (deviceNs - beyond - start) / (1 + drift));
                values.Add([.. Enumerable.Range(0, descriptor.ElementCount).Select(c => descriptor.DType.ReadAsDouble(message.Payload[header.TimesLength..], (i * descriptor.ElementCount) + c))]);
            }
        }
        return _streams[stream] = ([.. times], [.. values]);
    }

    // Without resets a clock is a line: what it showed beyond the rig clock at the start, and its drift.
    private (double BeyondNs, double Drift, double StartNs) ClockTruth(string clock)
    {
        var truth = Read(MouseStreams.TruthClocks);
        var channels = Describe(MouseStreams.TruthClocks).Channels;
        var first = truth.Values[0];
        return (first[Array.IndexOf(channels, $"{clock}_beyond_rig")], first[Array.IndexOf(channels, $"{clock}_drift")] * 1e-6, truth.TimesNs[0]);
    }
}
