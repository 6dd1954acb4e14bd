using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Takes an encoder's readings from its protocol: publishes them as they are, in blocks of what came together, gives them to the processor, and lets its
/// time go on while the device is alive and has nothing to tell.
/// </summary>
internal sealed class EncoderFeed
{
    /// <summary>The stream of speed.</summary>
    internal const int SpeedStream = 0;

    /// <summary>The stream of raw counts.</summary>
    internal const int CountsStream = 1;

    /// <summary>The stream of shared pulses, where the device tells of them.</summary>
    internal const int SyncStream = 2;

    // The channel in which the clocks look for pulses.
    private const string SyncChannel = "sync";

    private const int BlockSamples = 64;
    private const long ReportEveryNs = RigClock.SecondNs;

    // A reading that is not here this long after its time is taken for one that there is none of: longer than a USB adapter holds bytes back (16 ms).
    private const long HoldNs = 20 * RigClock.MillisecondNs;

    private readonly string _device;
    private readonly TreadmillProcessor _processor;
    private readonly DeviceClockWatch _watch = new();
    private readonly byte[] _payload = new byte[BlockSamples * (sizeof(long) + sizeof(double))];
    private readonly long[] _times = new long[BlockSamples];
    private readonly double[] _readings = new double[BlockSamples];
    private readonly bool _tellsPulses;
    private readonly byte[] _pulse = BitConverter.GetBytes(1f);
    private FrameHeader _header;
    private FrameHeader _pulseHeader;
    private FrameFlags _epochFlag;
    private FrameFlags _pulseEpochFlag;
    private int _count;
    private bool _alive;
    private long _lastDeviceNs;
    private long _lastHostNs;
    private long _drops;
    private long _dropsTold;
    private long _dropsFromNs;
    private long _dropsTellNs;

    internal EncoderFeed(string device, TreadmillProcessor processor, StreamDescriptor counts, bool tellsPulses = false)
    {
        (_device, _processor, _tellsPulses) = (device, processor, tellsPulses);
        _header = FrameHeader.Samples(DType.F64, [0, 1], 0);
        _pulseHeader = FrameHeader.Samples(DType.F32, [1], 0);
        _header.Clock = _pulseHeader.Clock = new ClockId(counts.ClockId);
    }

    /// <summary>Readings that the device numbered and that never came.</summary>
    internal long Drops => Volatile.Read(ref _drops);

    /// <summary>The raw counts as a stream: what a processor elsewhere, or a replay, would make the same speed of.</summary>
    internal static StreamDescriptor Describe(string name, string source, string clock) => new()
    {
        Name = name + "/" + TreadmillProcessor.CountsChannel,
        Kind = StreamKind.Vector,
        DType = DType.F64, // holds every 32-bit count, and the fractions of recordings that were interpolated
        Shape = [1],
        Channels = [TreadmillProcessor.CountsChannel],
        Units = ["count"],
        ClockId = clock == RigClockName ? 0 : ClockId.Of(clock).Value,
        Clock = clock,
        Source = source,
    };

    /// <summary>The pulses as a stream of events: each sample is a rising edge at its own time.</summary>
    internal static StreamDescriptor DescribePulses(string name, StreamDescriptor counts) => counts with
    {
        Name = name + "/" + SyncChannel,
        DType = DType.F32,
        Channels = [SyncChannel],
        Units = ["flag"],
    };

    /// <summary>The name of the rig's own clock.</summary>
    internal const string RigClockName = "rig";

    /// <summary>The line was lost or the device restarted: the next reading has no past.</summary>
    internal void NewEpoch()
    {
        (_epochFlag, _pulseEpochFlag, _alive) = (FrameFlags.NewEpoch, FrameFlags.NewEpoch, false);
        _watch.Forget();
    }

    /// <summary>The device numbered readings that did not come.</summary>
    internal void Dropped(int count)
    {
        if (_drops == _dropsTold) _dropsFromNs = _lastHostNs;
        Volatile.Write(ref _drops, _drops + count);
    }

    /// <summary>The device told its time, and nothing of its counter: after a long rest, what its clock drifted by is no error of ours.</summary>
    internal void IsAlive(long deviceNs, long receivedNs)
    {
        if (_alive && deviceNs > _lastDeviceNs) (_lastDeviceNs, _lastHostNs) = (deviceNs, receivedNs);
    }

    /// <summary>The device saw a shared pulse; nothing where the configuration knows of none.</summary>
    internal void Pulse(long deviceNs, long receivedNs, IStreamOutput output)
    {
        if (!_tellsPulses) return;
        (_pulseHeader.DeviceTimeNs, _pulseHeader.HostTimeNs, _pulseHeader.Flags) = (deviceNs, receivedNs, _pulseEpochFlag);
        _pulseEpochFlag = FrameFlags.None;
        output.Publish(SyncStream, _pulseHeader, _pulse);
    }

    /// <summary>Whether a younger reading came first: this one is left out, for that one holds its count already.</summary>
    internal bool IsOvertaken(long deviceNs) => _watch.IsOvertaken(deviceNs);

    /// <summary>Takes a reading; true when the device's clock has jumped, and a new epoch begins with this reading.</summary>
    internal bool Add(long deviceNs, double reading, long receivedNs, IStreamOutput output)
    {
        bool jumped = _watch.Jumped(deviceNs, receivedNs, out long jumpNs);
        if (jumped)
        {
            Flush(output);
            (_epochFlag, _pulseEpochFlag, _alive) = (FrameFlags.NewEpoch, FrameFlags.NewEpoch, false);
            string text = FormattableString.Invariant($"{_device}: its clock jumped by {jumpNs / 1e9:+0.000;-0.000} s, to {deviceNs / 1e9:0.000} s; a restart of the device sets it back");
            output.Report(SpeedStream, new SourceReport(SourceReportKind.ClockReset, _lastHostNs, receivedNs, 0, text));
        }

        (_alive, _lastDeviceNs, _lastHostNs) = (true, deviceNs, receivedNs);
        (_times[_count], _readings[_count]) = (deviceNs, reading);
        if (++_count == BlockSamples) Flush(output);
        return jumped;
    }

    /// <summary>Publishes what has come together, and goes on in time.</summary>
    internal void Tick(long nowNs, IStreamOutput output)
    {
        Flush(output);
        if (_alive) _processor.Advance(_lastDeviceNs + (nowNs - _lastHostNs) - HoldNs, nowNs, output);
        if (_drops == _dropsTold || nowNs < _dropsTellNs) return;
        output.Report(SpeedStream, new SourceReport(SourceReportKind.Dropped, _dropsFromNs, _lastHostNs, _drops - _dropsTold, $"{_device}: {_drops - _dropsTold} readings that it numbered did not come"));
        (_dropsTold, _dropsTellNs) = (_drops, nowNs + ReportEveryNs);
    }

    private void Flush(IStreamOutput output)
    {
        if (_count == 0) return;
        int at = 0;
        for (int i = 0; i < _count; i++, at += sizeof(long)) BinaryPrimitives.WriteInt64LittleEndian(_payload.AsSpan(at), _times[i]);
        for (int i = 0; i < _count; i++, at += sizeof(double)) BinaryPrimitives.WriteDoubleLittleEndian(_payload.AsSpan(at), _readings[i]);
        _header.Shape[0] = (uint)_count;
        (_header.DeviceTimeNs, _header.HostTimeNs) = (_times[_count - 1], _lastHostNs);
        _header.Flags = FrameFlags.SampleTimes | _epochFlag;
        (_count, _epochFlag) = (0, FrameFlags.None);
        output.Publish(CountsStream, _header, _payload.AsSpan(0, at));
        _processor.Process(_header, _payload.AsSpan(0, at), output);
    }
}
