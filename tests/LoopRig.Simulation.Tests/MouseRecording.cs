using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Simulation.Tests;

/// <summary>Some simulated seconds, by stream.</summary>
internal sealed class MouseRecording
{
    private readonly RecordedStreams _output = new();
    private readonly DigitalMouse _mouse;

    internal MouseRecording(MouseOptions options, double seconds, long startNs = 0)
    {
        _mouse = new DigitalMouse(options, startNs);
        _mouse.Advance(startNs + (long)(seconds * RigClock.SecondNs), _output);
    }

    internal StreamDescriptor Describe(string stream) => _mouse.Streams.Single(s => s.Name == stream);

    internal DigitalMouse Mouse => _mouse;

    internal (FrameHeader Header, byte[] Payload)[] Of(string stream)
    {
        int index = _mouse.Streams.ToList().FindIndex(s => s.Name == stream);
        return [.. _output.Messages.Where(m => m.Stream == index).Select(m => (m.Header, m.Payload))];
    }

    /// <summary>The samples of a vector stream, blocks taken apart: device time and values.</summary>
    internal (long TimeNs, double[] Values)[] Samples(string stream)
    {
        StreamDescriptor descriptor = Describe(stream);
        var samples = new List<(long, double[])>();
        foreach ((FrameHeader header, byte[] payload) in Of(stream))
        {
            ReadOnlySpan<byte> data = payload.AsSpan(header.TimesLength);
            for (int i = 0; i < header.SampleCount; i++)
            {
                long time = header.TimesLength > 0 ? MemoryMarshal.Cast<byte, long>(payload.AsSpan(0, header.TimesLength))[i] : header.DeviceTimeNs;
                double[] values = new double[descriptor.ElementCount];
                for (int c = 0; c < values.Length; c++)
                    values[c] = descriptor.DType.ReadAsDouble(data, i * values.Length + c);
                samples.Add((time, values));
            }
        }
        return [.. samples];
    }

    /// <summary>One channel of a vector stream.</summary>
    internal double[] Channel(string stream, string channel)
    {
        int index = Array.IndexOf(Describe(stream).Channels, channel);
        return [.. Samples(stream).Select(sample => sample.Values[index])];
    }
}
