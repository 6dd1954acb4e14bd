using LoopRig.Core;

namespace LoopRig.Simulation.Faults;

/// <summary>How one planned fault goes on one stream.</summary>
internal sealed class FaultCourse(PlannedFault fault, SeededRandom random)
{
    public PlannedFault Fault => fault;
    public SeededRandom Random => random;
    public bool HasBegun { get; set; }
    public bool IsActive { get; set; }
    /// <summary>Messages struck so far.</summary>
    public long Count { get; set; }
    /// <summary>Of jitter: when what is held up goes out, ns.</summary>
    public long ReleaseNs { get; set; }
    /// <summary>Of a freeze: the one sample that is sent again and again; empty before the first.</summary>
    public byte[] Frozen { get; set; } = [];
}

/// <summary>A stream that faults strike: its clock, and what it repeats.</summary>
internal sealed class StruckStream(StreamDescriptor stream, bool hasNewClock, FaultCourse[] courses)
{
    private byte[] _scratch = [];
    private long _originNs = hasNewClock ? long.MinValue : 0;

    public FaultCourse[] Courses => courses;

    /// <summary>The next message is the first after a disconnection.</summary>
    public bool IsBack { get; set; }

    /// <summary>The device's time begins again: at 0 with this sample.</summary>
    public void ResetClock(long deviceNs) => _originNs = deviceNs;

    /// <summary>The message with the frozen sample in the place of each of its own; their times go on.</summary>
    public ReadOnlySpan<byte> Freeze(FaultCourse course, int timesLength, ReadOnlySpan<byte> payload)
    {
        if (course.Frozen.Length == 0)
            course.Frozen = payload[^stream.SampleBytes..].ToArray();
        Span<byte> copy = Copy(payload);
        for (int at = timesLength; at < copy.Length; at += stream.SampleBytes)
            course.Frozen.CopyTo(copy[at..]);
        return copy;
    }

    /// <summary>The message with its times on the clock that began with the first sample, or at the last reset.</summary>
    public ReadOnlySpan<byte> OnItsClock(scoped ref FrameHeader header, ReadOnlySpan<byte> payload)
    {
        header.Clock = new ClockId(stream.ClockId);
        if (_originNs == long.MinValue)
            _originNs = header.TimesLength > 0 ? System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(payload) : header.DeviceTimeNs;
        if (_originNs == 0)
            return payload;
        header.DeviceTimeNs -= _originNs;
        if (header.TimesLength == 0)
            return payload;
        Span<byte> copy = Copy(payload);
        foreach (ref long time in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(copy[..header.TimesLength]))
            time -= _originNs;
        return copy;
    }

    private Span<byte> Copy(ReadOnlySpan<byte> payload)
    {
        if (_scratch.Length < payload.Length)
            _scratch = new byte[payload.Length];
        payload.CopyTo(_scratch); // onto itself where it is the scratch already
        return _scratch.AsSpan(0, payload.Length);
    }
}
