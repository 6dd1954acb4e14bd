using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Collects inertial samples until they travel as one message: as stream 0 what was measured, as stream 1 the orientation made of it.</summary>
internal sealed class ImuBlock
{
    private readonly int _channels;
    private readonly long[] _times;
    private readonly float[] _values;
    private readonly byte[] _payload;
    private readonly OrientationProcessor _orientation;
    private IStreamOutput? _output;
    private ShiftedOutput? _shifted;

    internal ImuBlock(int channels, int most, OrientationProcessor orientation)
    {
        (_channels, _orientation) = (channels, orientation);
        _times = new long[most];
        _values = new float[most * channels];
        _payload = new byte[most * (sizeof(long) + (channels * sizeof(float)))];
    }

    internal int Count { get; private set; }

    internal bool IsFull => Count == _times.Length;

    internal long FirstNs => _times[0];

    internal long LastNs => _times[Count - 1];

    /// <summary>The place of the next sample's values; <see cref="Add"/> then makes it one.</summary>
    internal Span<float> Next => _values.AsSpan(Count * _channels, _channels);

    internal void Add(long timeNs) => _times[Count++] = timeNs;

    /// <summary>Forgets the samples that were collected.</summary>
    internal void Clear() => Count = 0;

    /// <summary>Publishes the samples, if there are any, and starts over.</summary>
    /// <param name="output">where to</param>
    /// <param name="clock">the clock of the samples' times</param>
    /// <param name="flags">whether a new epoch begins</param>
    /// <param name="hostNs">when they were in hand; 0: now</param>
    internal void Publish(IStreamOutput output, ClockId clock, FrameFlags flags, long hostNs)
    {
        if (Count == 0) return;
        if (!ReferenceEquals(_output, output)) (_output, _shifted) = (output, new ShiftedOutput(output));
        ReadOnlySpan<byte> times = MemoryMarshal.AsBytes(_times.AsSpan(0, Count));
        ReadOnlySpan<byte> values = MemoryMarshal.AsBytes(_values.AsSpan(0, Count * _channels));
        times.CopyTo(_payload);
        values.CopyTo(_payload.AsSpan(times.Length));
        FrameHeader header = FrameHeader.Samples(DType.F32, [Count, _channels], LastNs);
        (header.Flags, header.Clock, header.HostTimeNs) = (FrameFlags.SampleTimes | flags, clock, hostNs);
        ReadOnlySpan<byte> payload = _payload.AsSpan(0, times.Length + values.Length);
        output.Publish(0, header, payload);
        _orientation.Process(header, payload, _shifted!);
        Count = 0;
    }

    // The processor's streams come behind the raw one.
    private sealed class ShiftedOutput(IStreamOutput inner) : IStreamOutput
    {
        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => inner.Publish(stream + 1, header, payload);

        public void Report(int stream, in SourceReport report) => inner.Report(stream + 1, report);
    }
}
