using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Plays a video file at its frames' own times, laid on the rig clock. A frame of two fields is due when its second field is.</summary>
internal sealed class VideoFileSource : IFrameSource
{
    private readonly VideoSourceOptions _options;
    private readonly Image _frame;
    // A stop, on any thread, interrupts the video that is played; when a loop starts over, that is another one.
    private readonly Lock _swap = new();
    private VideoFile _video;
    private RawVideoRecorder? _recorder;
    private FrameHeader _header;
    private long _undecodableBefore;
    private long _otherSize;
    private long _frames;
    private long _intervalNs;

    internal VideoFileSource(VideoSourceOptions options, VideoFile video)
    {
        (_options, _video) = (options, video);
        _frame = new Image(video.Width, video.Height, video.Channels);
        FieldOrder = FrameSource.Resolve(options.Interlacing, video.FieldOrder);
        Frames = new StreamDescriptor
        {
            Name = options.Name,
            Kind = StreamKind.Image,
            DType = DType.U8,
            Shape = FrameSource.Shape(video.Width, video.Height, video.Channels),
            RateHz = video.RateHz,
            Source = options.Source,
        };
        _header = FrameHeader.Samples(DType.U8, Frames.Shape, 0);
    }

    public StreamDescriptor Frames { get; }

    public FieldOrder FieldOrder { get; }

    /// <summary>Damaged packets, each about a frame, and frames of another size.</summary>
    public long Drops
    {
        get
        {
            lock (_swap) return _undecodableBefore + _video.UndecodablePackets + Volatile.Read(ref _otherSize);
        }
    }

    public void RecordInto(string folder) => _recorder = new RawVideoRecorder(folder, Frames, FieldOrder);

    public void Dispose()
    {
        _recorder?.Dispose();
        _video.Dispose();
    }

    public void Run(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        using PlaybackClock clock = new(_options.Pace, stop);
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static self => ((VideoFileSource)self!).Interrupt(), this);
        while (true)
        {
            long length = PlayOnce(processor, output, clock, stop);
            if (stop.IsCancellationRequested || !_options.Loop) break;
            clock.StartOver(length);
            Reopen(stop);
        }

        _recorder?.End(output);
    }

    /// <summary>Gives how long the video lasted, its last frame's time included, ns.</summary>
    private long PlayOnce(IStreamProcessor processor, IStreamOutput output, PlaybackClock clock, CancellationToken stop)
    {
        long first = 0, last = 0;
        int frames = 0;
        while (TryRead(output, clock, last - first, out long time) && !stop.IsCancellationRequested)
        {
            if (frames++ == 0) first = time;
            else if (time > last) _intervalNs = time - last;
            last = time;
            long due = time - first + (FieldOrder == FieldOrder.Progressive ? 0 : _intervalNs / 2);
            if (!clock.WaitUntilDue(due)) break;
            clock.Stamp(ref _header, time - first, due);
            _recorder?.Take(_frame, _frames++, _header, output);
            processor.Process(_header, _frame.Pixels, output);
            clock.EndFirstSample();
        }

        if (frames == 0 && !stop.IsCancellationRequested) throw new DeviceException(_options.Source, "holds no frame that can be decoded");
        return last - first + _intervalNs;
    }

    private bool TryRead(IStreamOutput output, PlaybackClock clock, long offsetNs, out long timeNs)
    {
        long others = 0;
        VideoRead read;
        while ((read = _video.Read(_frame, out timeNs)) == VideoRead.OtherSize) others++;
        if (others > 0)
        {
            Interlocked.Add(ref _otherSize, others);
            long at = clock.ToRig(offsetNs);
            output.Report(0, new SourceReport(SourceReportKind.Mismatch, at, at, others, $"{_options.Source}: {_video.LastProblem}; {others} such frames are left out"));
        }

        return read == VideoRead.Frame;
    }

    private void Reopen(CancellationToken stop)
    {
        VideoFile next = new(_options.Source);
        lock (_swap)
        {
            _undecodableBefore += _video.UndecodablePackets;
            _video.Dispose();
            _video = next;
        }

        if (stop.IsCancellationRequested) Interrupt(); // the stop may have met the video that ended
    }

    private void Interrupt()
    {
        lock (_swap) _video.Interrupt();
    }
}
