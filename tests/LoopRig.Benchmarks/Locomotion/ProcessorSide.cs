using System.Runtime.InteropServices;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The treadmill's processor as its adapter drives it, in blocks of 10 readings, over the trace again and again.</summary>
internal sealed class ProcessorSide(double[] log, TreadmillOptions options) : ISide, IStreamOutput
{
    public const int Samples = 1000;
    private const int Block = 10;

    private readonly TreadmillProcessor _processor = new(options with { CounterBits = 0 }, new StreamDescriptor { Name = "wheel/counts", Kind = StreamKind.Vector, DType = DType.F64, Shape = [1], Channels = ["counts"] });
    private readonly double[] _payload = new double[2 * Block];
    private FrameHeader _header = FrameHeader.Samples(DType.F64, [Block, 1], 0) with { Flags = FrameFlags.SampleTimes };
    private int _next;
    private long _shiftNs;

    public string Form => "TreadmillProcessor";

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var step = 0; step < elapsedNs.Length; step++)
        {
            if (2 * (_next + Samples) > log.Length)
            {
                (_next, _shiftNs) = (0, _shiftNs + (long)(1e9 * log[^2]) + RigClock.MillisecondNs);
            }
            var begin = RigClock.Now;
            for (var i = 0; i < Samples; i += Block)
            {
                Send(_next + i);
            }
            elapsedNs[step] = RigClock.Now - begin;
            _next += Samples;
        }
    }

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        // What is timed is the processor.
    }

    private void Send(int first)
    {
        var times = MemoryMarshal.Cast<double, long>(_payload.AsSpan(0, Block));
        for (var i = 0; i < Block; i++)
        {
            times[i] = _shiftNs + (long)(1e9 * log[2 * (first + i)]);
            _payload[Block + i] = log[(2 * (first + i)) + 1];
        }
        _header.DeviceTimeNs = times[^1];
        _processor.Process(_header, MemoryMarshal.AsBytes(_payload.AsSpan()), this);
    }
}
