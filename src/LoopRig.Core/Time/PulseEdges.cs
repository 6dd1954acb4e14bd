using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>
/// Finds the pulses in the channel <c>sync</c> of a stream: 0 is low, 1 (or a voltage above 0.5) is high. In a sampled stream a pulse is a rise, half-way between the last
/// low sample and the first high one; in an irregular stream, whose samples are events, every high sample is a pulse.
/// </summary>
internal sealed class PulseEdges
{
    /// <summary>The channel's name.</summary>
    public const string Channel = "sync";
    private const double High = 0.5;
    private const double Low = 0.25;
    // A rise somewhere in a longer gap has no time.
    private const long LongestEdgeNs = 100 * RigClock.MillisecondNs;
    private readonly StreamDescriptor _stream;
    private readonly int _channel;
    private readonly bool _isEvents;
    private bool _wasLow;
    private long _lowNs;
    private int _sample;

    private PulseEdges(StreamDescriptor stream, int channel) => (_stream, _channel, _isEvents) = (stream, channel, stream.RateHz <= 0);

    /// <summary>The pulses of a stream; null for one without the channel.</summary>
    public static PulseEdges? For(StreamDescriptor stream) =>
        stream.Kind == StreamKind.Vector && Array.IndexOf(stream.Channels, Channel) is >= 0 and var channel && channel < stream.ElementCount ? new PulseEdges(stream, channel) : null;

    /// <summary>Begins to look through a message; one that is not of the stream's type and shape has no pulses.</summary>
    public void Begin(in FrameHeader header, ReadOnlySpan<byte> payload) =>
        _sample = header.DType == _stream.DType && payload.Length == header.TimesLength + (long)header.SampleCount * _stream.SampleBytes ? 0 : int.MaxValue;

    /// <summary>The next pulse of the message that <see cref="Begin"/> began.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="payload">The message's payload.</param>
    /// <param name="deviceNs">The pulse's time, ns on the device's clock.</param>
    /// <param name="resolutionNs">By how much that may be wrong to either side, ns: half an interval of a sampled stream.</param>
    public bool Next(in FrameHeader header, ReadOnlySpan<byte> payload, out long deviceNs, out long resolutionNs)
    {
        (deviceNs, resolutionNs) = (0, 0);
        if (_sample >= header.SampleCount)
        {
            return false;
        }
        var data = payload[header.TimesLength..];
        while (_sample < header.SampleCount)
        {
            var i = _sample++;
            deviceNs = header.TimesLength == 0 ? header.DeviceTimeNs : BinaryPrimitives.ReadInt64LittleEndian(payload[(i * sizeof(long))..]);
            var value = _stream.DType.ReadAsDouble(data.Slice(i * _stream.SampleBytes, _stream.SampleBytes), _channel);
            if (_isEvents)
            {
                if (value > High)
                {
                    return true;
                }
            }
            else if (value < Low)
            {
                (_wasLow, _lowNs) = (true, deviceNs);
            }
            else if (value > High && _wasLow)
            {
                _wasLow = false;
                resolutionNs = (deviceNs - _lowNs) / 2;
                deviceNs = _lowNs + resolutionNs;
                if (resolutionNs is >= 0 and <= LongestEdgeNs / 2)
                {
                    return true;
                }
            }
        }
        deviceNs = 0;
        return false;
    }
}
