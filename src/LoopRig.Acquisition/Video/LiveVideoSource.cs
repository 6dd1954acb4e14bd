using System.Diagnostics.CodeAnalysis;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// A camera on the network (rtsp, http, udp ...). Its times stay on its own clock, which gets a number of its own; of a camera that sends no times (most that
/// speak http) a frame's time is when it was received, on the rig clock. A camera that ends or falls silent is opened again until it returns.
/// </summary>
internal sealed class LiveVideoSource : IFrameSource
{
    private const int RetryMs = 500;

    private readonly VideoSourceOptions _options;
    private readonly Image _frame;
    private readonly bool _hasTimes;
    private readonly Lock _swap = new();
    private VideoFile? _video;
    private RawVideoRecorder? _recorder;
    private FrameHeader _header;
    private long _dropsBefore;
    private long _leftOut;
    private long _frames;
    private bool _toldOnReturn;

    internal LiveVideoSource(VideoSourceOptions options, VideoFile video)
    {
        (_options, _video) = (options, video);
        _frame = new Image(video.Width, video.Height, video.Channels);
        _hasTimes = video.HasTimes;
        FieldOrder = FrameSource.Resolve(options.Interlacing, video.FieldOrder);
        Frames = new StreamDescriptor
        {
            Name = options.Name,
            Kind = StreamKind.Image,
            DType = DType.U8,
            Shape = FrameSource.Shape(video.Width, video.Height, video.Channels),
            RateHz = video.RateHz,
            ClockId = _hasTimes ? ClockId.Of(options.Name).Value : 0,
            Clock = _hasTimes ? options.Name : "rig",
            LatencyNs = (long)(options.LatencyMs * RigClock.MillisecondNs),
            Source = options.Source,
        };
        _header = FrameHeader.Samples(DType.U8, Frames.Shape, 0);
        _header.Clock = new ClockId(Frames.ClockId);
    }

    public StreamDescriptor Frames { get; }

    public FieldOrder FieldOrder { get; }

    /// <summary>Damaged packets, each about a frame, and frames of another size.</summary>
    public long Drops
    {
        get
        {
            lock (_swap) return _dropsBefore + (_video?.UndecodablePackets ?? 0) + _leftOut;
        }
    }

    public void RecordInto(string folder) => _recorder = new RawVideoRecorder(folder, Frames, FieldOrder);

    public void Dispose()
    {
        _recorder?.Dispose();
        _video?.Dispose();
    }

    public void Run(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        Keep(processor, output, stop);
        _recorder?.End(output);
    }

    // Streams, and opens again what was lost, until the stop.
    private void Keep(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.UnsafeRegister(static self => ((LiveVideoSource)self!).Interrupt(), this);
        while (true)
        {
            string why = Play(processor, output, stop);
            if (stop.IsCancellationRequested) return;
            long lost = RigClock.Now;
            output.Report(0, new SourceReport(SourceReportKind.Lost, lost, lost, 0, $"{_options.Source}: {why}"));
            while (!TryReopen(output, stop))
            {
                if (stop.WaitHandle.WaitOne(RetryMs)) return;
            }

            long back = RigClock.Now;
            output.Report(0, new SourceReport(SourceReportKind.Returned, lost, back, 0, $"{_options.Source}: is back after {(back - lost) / RigClock.MillisecondNs} ms"));
            _header.Flags |= FrameFlags.NewEpoch;
        }
    }

    /// <summary>Plays until the stop or the end; gives why it ended.</summary>
    private string Play(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        VideoFile video = _video!;
        bool told = false;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                VideoRead read = video.Read(_frame, out long time);
                if (read == VideoRead.End || stop.IsCancellationRequested) break;
                bool fits = read == VideoRead.Frame && (time != long.MinValue || !_hasTimes);
                if (!fits)
                {
                    lock (_swap) _leftOut++;
                    if (!told) ReportSize(output, read == VideoRead.OtherSize ? video.LastProblem : "sends a frame without a time");
                    told = true;
                    continue;
                }

                told = false;
                _header.DeviceTimeNs = _hasTimes ? time : RigClock.Now;
                _recorder?.Take(_frame, _frames++, _header, output);
                processor.Process(_header, _frame.Pixels, output);
                _header.Flags &= ~FrameFlags.NewEpoch;
            }

            return "the stream has ended";
        }
        catch (DeviceException e)
        {
            return e.Message;
        }
    }

    private void ReportSize(IStreamOutput output, string problem)
    {
        long now = RigClock.Now;
        output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, 0, $"{_options.Source}: {problem}; such frames are left out"));
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "the video that fits is kept, the other disposed")]
    private bool TryReopen(IStreamOutput output, CancellationToken stop)
    {
        Close();
        VideoFile next;
        try
        {
            next = new VideoFile(_options.Source);
        }
        catch (DeviceException)
        {
            return false; // not there yet
        }

        if (next.Width != _frame.Width || next.Height != _frame.Height || next.Channels != _frame.Channels)
        {
            if (!_toldOnReturn) ReportSize(output, $"came back with frames of {next.Width}x{next.Height} instead of {_frame.Width}x{_frame.Height}");
            _toldOnReturn = true;
            next.Dispose();
            return false;
        }

        _toldOnReturn = false;
        lock (_swap) _video = next;
        if (stop.IsCancellationRequested) Interrupt(); // the stop may have met the video that ended
        return true;
    }

    private void Close()
    {
        lock (_swap)
        {
            _dropsBefore += _video?.UndecodablePackets ?? 0;
            _video?.Dispose();
            _video = null;
        }
    }

    private void Interrupt()
    {
        lock (_swap) _video?.Interrupt();
    }
}
