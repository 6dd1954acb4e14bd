using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Takes the samples of a sensor's protocol: unwinds their times, counts those that are missing, notices a clock that began again, and publishes blocks.</summary>
internal sealed class ImuFeed
{
    private const uint LongestStepUs = 60_000_000;
    private const long ReportEveryNs = RigClock.SecondNs;

    private readonly string _device;
    private readonly ImuBlock _block;
    private readonly float[] _scales;
    private readonly ClockId _clock;
    private readonly long _blockNs;
    private readonly DeviceClockWatch _watch = new();
    private FrameFlags _epochFlag;
    private bool _begun;
    private ushort _expected;
    private uint _lastUs;
    private long _timeUs;
    private long _lastHostNs;
    private long _drops;
    private long _dropsTold;
    private long _dropsFromNs;
    private long _dropsTellNs;

    internal ImuFeed(string device, ImuBlock block, ImuDeviceOptions options, ClockId clock)
    {
        (_device, _block, _clock) = (device, block, clock);
        _blockNs = (long)(options.BlockMs * RigClock.MillisecondNs);
        float rate = (float)options.RadPerSPerCount, acceleration = (float)options.MPerS2PerCount, field = (float)options.MicroteslaPerCount;
        _scales = [rate, rate, rate, acceleration, acceleration, acceleration, field, field, field];
    }

    /// <summary>Samples that the device numbered and that never came.</summary>
    internal long Drops => Volatile.Read(ref _drops);

    /// <summary>The next sample has no past.</summary>
    internal void NewEpoch() => _begun = false;

    /// <summary>Begins a sample; false if it was sent twice, or a younger one came first. Its values follow, then <see cref="End"/>.</summary>
    internal bool Begin(ushort sequence, uint timeUs, long receivedNs, IStreamOutput output)
    {
        if (_begun && timeUs == _lastUs && sequence == (ushort)(_expected - 1)) return false;

        // 32 bits of microseconds begin again every 71.6 min. A step too long for two samples of one epoch is no such beginning, but the device's.
        uint step = timeUs - _lastUs;
        if (_begun && _watch.IsOvertaken((_timeUs + (int)step) * 1000)) return false; // its number counts as one that did not come
        _timeUs = _begun && step < LongestStepUs ? _timeUs + step : timeUs;
        if (!_begun) BeginEpoch(output);
        else if (_watch.Jumped(_timeUs * 1000, receivedNs, out long jumpNs))
        {
            BeginEpoch(output);
            string text = FormattableString.Invariant($"{_device}: its clock jumped by {jumpNs / 1e9:+0.000;-0.000} s, to {_timeUs / 1e6:0.000} s; a restart of the device sets it back");
            output.Report(0, new SourceReport(SourceReportKind.ClockReset, _lastHostNs, receivedNs, 0, text));
        }
        else if (sequence != _expected)
        {
            if (_drops == _dropsTold) _dropsFromNs = _lastHostNs;
            Volatile.Write(ref _drops, _drops + (ushort)(sequence - _expected));
        }

        (_begun, _expected, _lastUs, _lastHostNs) = (true, (ushort)(sequence + 1), timeUs, receivedNs);
        return true;
    }

    internal void Set(int value, long counts) => _block.Next[value] = counts * _scales[value];

    internal void End(IStreamOutput output)
    {
        _block.Add(_timeUs * 1000);
        if (_block.IsFull || _block.LastNs - _block.FirstNs >= _blockNs) Publish(output);
    }

    /// <summary>Publishes what has waited long enough, and tells of what was lost.</summary>
    internal void Tick(long nowNs, IStreamOutput output)
    {
        if (_block.Count > 0 && nowNs - _lastHostNs >= _blockNs) Publish(output);
        if (_drops == _dropsTold || nowNs < _dropsTellNs) return;
        output.Report(0, new SourceReport(SourceReportKind.Dropped, _dropsFromNs, _lastHostNs, _drops - _dropsTold, $"{_device}: {_drops - _dropsTold} samples that it numbered did not come"));
        (_dropsTold, _dropsTellNs) = (_drops, nowNs + ReportEveryNs);
    }

    // What waits belongs to the old epoch.
    private void BeginEpoch(IStreamOutput output)
    {
        bool first = _lastHostNs == 0;
        if (!first)
        {
            Publish(output);
            _epochFlag = FrameFlags.NewEpoch;
        }

        if (!_begun) _watch.Forget();
    }

    private void Publish(IStreamOutput output)
    {
        if (_block.Count == 0) return;
        _block.Publish(output, _clock, _epochFlag, _lastHostNs);
        _epochFlag = FrameFlags.None;
    }
}
