using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Plays a recorded IMU: what was measured as stream NAME, in blocks with a time for each sample, and head orientation as NAME/orientation. Where the device
/// had been unplugged, or samples are missing, the recording's gap is played as well, reported, and an epoch begins where the device came back.
/// </summary>
public sealed class ImuFileAdapter : IAdapter
{
    private const int MostSamples = 4096;
    private readonly ImuFileOptions _options;
    private readonly ImuRecording _recording;
    private readonly OrientationProcessor _orientation;
    private readonly ImuBlock _block;
    private readonly long _blockNs;
    private readonly long _longestGapNs;

    /// <summary>Opens the recording.</summary>
    /// <exception cref="DataFileException">It is none.</exception>
    /// <exception cref="DeviceException">An option is out of range.</exception>
    public ImuFileAdapter(ImuFileOptions options)
    {
        _options = options;
        if (!(options.BlockMs >= 0)) throw new DeviceException(options.Name, "blockMs: 0 or more");
        _recording = ImuRecording.Open(options.Source, options.RateHz, options.GyroscopeUnit, options.AccelerometerUnit);
        StreamDescriptor raw = ImuChannels.Describe(options.Name, _recording.Channels, Rate(), options.Source);
        _orientation = new OrientationProcessor(options.Name, raw, options.Mounting);
        _block = new ImuBlock(_recording.Channels, MostSamples, _orientation);
        _blockNs = (long)(options.BlockMs * 1e6);
        _longestGapNs = (long)(new OrientationOptions().LongestGapS * 1e9);
        Streams = [raw, .. _orientation.Streams];
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Always 0: a file loses nothing.</summary>
    public long Drops => 0;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_options.Pace, stop);
        while (Play(clock, output) && _options.Loop)
        {
            int last = _recording.Samples - 1;
            long step = last > 0 ? _recording.OffsetNs(last) - _recording.OffsetNs(last - 1) : RigClock.SecondNs;
            clock.StartOver(_recording.OffsetNs(last) + step);
        }
    }

    /// <summary>Closes the recording.</summary>
    public void Dispose()
    {
        _orientation.Dispose();
        _recording.Dispose();
    }

    // False when the stop came first.
    private bool Play(PlaybackClock clock, IStreamOutput output)
    {
        long before = 0, blockStart = 0;
        for (int i = 0; i < _recording.Samples; i++)
        {
            long offset = _recording.OffsetNs(i);
            bool begins = _recording.BeginsPart(i);
            bool jumped = i > 0 && offset - before > _longestGapNs;
            if (_block.Count > 0 && (begins || jumped || _block.IsFull || offset - blockStart >= _blockNs) && !Send(clock, output, before)) return false;
            if ((begins || jumped) && !PlayGap(clock, output, before, offset, begins)) return false;
            if (_block.Count == 0) blockStart = offset;
            _recording.Read(i, _block.Next);
            _block.Add(clock.ToRig(offset));
            before = offset;
        }

        return Send(clock, output, before);
    }

    private bool Send(PlaybackClock clock, IStreamOutput output, long offset)
    {
        FrameHeader stamp = default;
        if (!clock.WaitUntilDue(offset)) return false;
        clock.Stamp(ref stamp, offset, offset);
        _block.Publish(output, ClockId.Rig, stamp.Flags & FrameFlags.NewEpoch, stamp.HostTimeNs);
        clock.EndFirstSample();
        return true;
    }

    // The reports come when a device's would. False when the stop came first.
    private bool PlayGap(PlaybackClock clock, IStreamOutput output, long from, long to, bool reconnected)
    {
        long fromNs = clock.ToRig(from), toNs = clock.ToRig(to);
        string length = FormattableString.Invariant($"{(toNs - fromNs) * 1e-9:0.000} s without samples");
        if (reconnected) output.Report(0, new SourceReport(SourceReportKind.Lost, fromNs, fromNs, 0, "the device had been disconnected"));
        if (!clock.WaitUntilDue(to)) return false;
        output.Report(0, reconnected
            ? new SourceReport(SourceReportKind.Returned, fromNs, toNs, 0, $"the device is back, after {length}")
            : new SourceReport(SourceReportKind.Gap, fromNs, toNs, 0, length));
        if (reconnected) clock.StartOver(0); // time goes on where the recording's own times do
        return true;
    }

    private double Rate()
    {
        if (_recording.RateHz > 0 || _recording.Samples < 2) return _recording.RateHz;
        // The usual step, which gaps do not change.
        double[] steps = [.. Enumerable.Range(1, _recording.Samples - 1).Select(i => (double)(_recording.OffsetNs(i) - _recording.OffsetNs(i - 1)))];
        Array.Sort(steps);
        double usual = steps[steps.Length / 2];
        return usual > 0 ? 1e9 / usual : 0;
    }
}
