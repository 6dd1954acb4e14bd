using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.Sensors;

/// <summary>
/// Publishes each bin's spike counts once sorting would have them, and with them the ground truth of the same bin. The device time of each is the bin's
/// start; start and end stand in the header.
/// </summary>
internal sealed class ElectrodeArray : Sensor
{
    private readonly long _latencyNs;
    private readonly BinTruth[] _waiting;
    private readonly long[] _endsNs;
    private int _first, _count;

    public ElectrodeArray(int stream, MouseOptions options) : base(stream, Cortex.BinNs)
    {
        _latencyNs = (long)(options.ActivityLatencyMs * RigClock.MillisecondNs);
        _waiting = new BinTruth[_latencyNs / Cortex.BinNs + 2];
        for (int slot = 0; slot < _waiting.Length; slot++)
            _waiting[slot] = new BinTruth(options.Units);
        _endsNs = new long[_waiting.Length];
        NextNs = long.MaxValue;
    }

    /// <summary>Takes a copy of the bin that ends at <paramref name="endNs"/> and keeps it until it is due.</summary>
    public void Take(BinTruth bin, long endNs)
    {
        int slot = (_first + _count++) % _waiting.Length;
        _waiting[slot].CopyFrom(bin);
        _endsNs[slot] = endNs;
        NextNs = _endsNs[_first] + _latencyNs;
    }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output) => Publish(startNs, hostNs, output);

    /// <summary>Publishes the bin that is due.</summary>
    public void Publish(long startNs, long hostNs, IStreamOutput output)
    {
        BinTruth bin = _waiting[_first];
        long endNs = startNs + _endsNs[_first];
        Publish(output, Stream, DType.U16, MemoryMarshal.AsBytes(bin.Counts.AsSpan()), bin.Counts.Length, endNs, hostNs);
        Publish(output, Stream + 1, DType.F32, MemoryMarshal.AsBytes(bin.Expected.AsSpan()), bin.Counts.Length, endNs, hostNs);
        Publish(output, Stream + 2, DType.F32, MemoryMarshal.AsBytes(bin.Drive.AsSpan()), bin.Counts.Length, endNs, hostNs);
        Publish(output, Stream + 3, DType.F32, MemoryMarshal.AsBytes(bin.Gain.AsSpan()), bin.Counts.Length, endNs, hostNs);
        Publish(output, Stream + 4, DType.F32, MemoryMarshal.AsBytes(bin.Offset.AsSpan()), bin.Counts.Length, endNs, hostNs);
        _first = (_first + 1) % _waiting.Length;
        NextNs = --_count == 0 ? long.MaxValue : _endsNs[_first] + _latencyNs;
    }

    private static void Publish(IStreamOutput output, int stream, DType type, ReadOnlySpan<byte> payload, int units, long endNs, long hostNs)
    {
        FrameHeader header = FrameHeader.Samples(type, [units], endNs - Cortex.BinNs);
        header.HostTimeNs = hostNs;
        header.BinStartNs = endNs - Cortex.BinNs;
        header.BinEndNs = endNs;
        output.Publish(stream, header, payload);
    }
}
