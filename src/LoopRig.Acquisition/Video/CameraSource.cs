using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Native.V4l2;

namespace LoopRig.Acquisition;

/// <summary>
/// A camera of this computer. A frame's time is the kernel's, on the rig clock where the driver says so, else on a clock of the camera's own. Frames that the
/// driver dropped are known from its sequence numbers. A camera that stops, or is unplugged, is opened again until it returns.
/// </summary>
internal sealed class CameraSource : IFrameSource
{
    private const int RetryMs = 500;
    private const int SliceMs = 50; // how long a stop may go unnoticed

    private readonly VideoSourceOptions _options;
    private readonly IV4l2System _system;
    private readonly CameraFrames _decoder;
    private readonly FrameLosses _dropped = new(SourceReportKind.Dropped);
    private readonly FrameLosses _damaged = new(SourceReportKind.Garbage);
    private readonly FrameLosses _ofOtherSize = new(SourceReportKind.Mismatch);
    private V4l2Camera? _camera;
    private RawVideoRecorder? _recorder;
    private FrameHeader _header;
    private bool _begun;
    private uint _sequence;
    private long _number = -1;
    private long _lastTimeNs;
    private long _intervalNs;
    private long _drops;
    private long _heardNs; // when the last frame came; a loss begins there, not where it is noticed
    private string _told = "";

    /// <exception cref="DeviceException">There is no such camera, it is not permitted, in use, another one, or delivers none of the formats.</exception>
    internal CameraSource(VideoSourceOptions options, IV4l2System system)
    {
        (_options, _system) = (options, system);
        _camera = new V4l2Camera(system, options.Source, options.Camera.Card, options.Camera.Settings);
        _decoder = new CameraFrames(_camera, options.Grey);
        Remarks = _camera.Remarks;
        FieldOrder = FrameSource.Resolve(options.Interlacing, _camera.FieldOrder);
        Frames = new StreamDescriptor
        {
            Name = options.Name,
            Kind = StreamKind.Image,
            DType = DType.U8,
            Shape = FrameSource.Shape(_camera.Width, _camera.Height, _decoder.Image.Channels),
            RateHz = _camera.RateHz,
            ClockId = _camera.IsMonotonic ? 0 : ClockId.Of(options.Name).Value,
            Clock = _camera.IsMonotonic ? "rig" : options.Name,
            LatencyNs = (long)(options.LatencyMs * RigClock.MillisecondNs),
            Source = $"{options.Source} {_camera.Card}",
        };
        _header = FrameHeader.Samples(DType.U8, Frames.Shape, 0);
        _header.Clock = new ClockId(Frames.ClockId);
    }

    public StreamDescriptor Frames { get; }

    public FieldOrder FieldOrder { get; }

    /// <summary>Frames that the driver dropped or marked as damaged, and pictures that could not be decoded or had another size.</summary>
    public long Drops => Volatile.Read(ref _drops);

    /// <summary>What the camera rounded or refused of its settings.</summary>
    public IReadOnlyList<string> Remarks { get; private set; }

    public void RecordInto(string folder) => _recorder = new RawVideoRecorder(folder, Frames, FieldOrder);

    public void Dispose()
    {
        _recorder?.Dispose();
        _camera?.Dispose();
        _decoder.Dispose();
    }

    public void Run(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        Keep(processor, output, stop);
        long now = RigClock.Now;
        _dropped.TellAll(output, now);
        _damaged.TellAll(output, now);
        _ofOtherSize.TellAll(output, now);
        _recorder?.End(output);
    }

    // Streams, and opens again what was lost, until the stop.
    private void Keep(IStreamProcessor processor, IStreamOutput output, CancellationToken stop)
    {
        Remark(output);
        long lost = 0;
        _heardNs = RigClock.Now;
        while (!stop.IsCancellationRequested)
        {
            string? why = Stream(processor, output, lost, stop);
            if (why is null) return;
            if (lost == 0 || _begun)
            {
                lost = _heardNs;
                output.Report(0, new SourceReport(SourceReportKind.Lost, lost, lost, 0, $"{_options.Source}: {why}"));
            }
            else if (stop.WaitHandle.WaitOne(RetryMs))
            {
                return; // it can be opened and gives no frame: still the same loss
            }

            while (!TryReopen(output))
            {
                if (stop.WaitHandle.WaitOne(RetryMs)) return;
            }
        }
    }

    /// <summary>Streams until the stop (null) or until the camera has stopped; gives why.</summary>
    /// <param name="processor">Takes the frames.</param>
    /// <param name="output">Takes what is made of them.</param>
    /// <param name="lostNs">When the camera was lost, if it comes back; 0 at the start. It is back with its first frame, not when it can be opened.</param>
    /// <param name="stop">Ends it.</param>
    private string? Stream(IStreamProcessor processor, IStreamOutput output, long lostNs, CancellationToken stop)
    {
        V4l2Camera camera = _camera!;
        long patience = (long)(_options.Camera.PatienceMs * RigClock.MillisecondNs);
        long silentSince = RigClock.Now;
        _begun = false;
        // It streams since it was opened, which may be long ago: what the driver holds is old, and a gap lies behind it.
        if (lostNs == 0 && !camera.Restart()) return "the camera does not start";
        while (!stop.IsCancellationRequested)
        {
            TellLosses(output, RigClock.Now);
            switch (camera.Capture(SliceMs, out CapturedFrame frame))
            {
                case CaptureResult.Gone:
                    return "the camera is gone";
                case CaptureResult.Nothing when RigClock.Now - silentSince > patience:
                    return $"no frame for {_options.Camera.PatienceMs:0} ms";
                case CaptureResult.Nothing:
                    break;
                default:
                    silentSince = _heardNs = RigClock.Now;
                    if (lostNs != 0) Return(lostNs, output);
                    lostNs = 0;

                    CountDropped(frame);
                    Take(camera, frame, processor, output);
                    if (!camera.Release(frame)) return "the camera is gone";
                    break;
            }
        }

        return null;
    }

    private void TellLosses(IStreamOutput output, long nowNs)
    {
        _dropped.Tell(output, nowNs);
        _damaged.Tell(output, nowNs);
        _ofOtherSize.Tell(output, nowNs);
    }

    private void Return(long lostNs, IStreamOutput output)
    {
        _header.Flags |= FrameFlags.NewEpoch;
        _told = "";
        output.Report(0, new SourceReport(SourceReportKind.Returned, lostNs, _heardNs, 0, $"{_options.Source}: is back after {(_heardNs - lostNs) / RigClock.MillisecondNs} ms"));
        Remark(output);
    }

    private void Take(V4l2Camera camera, in CapturedFrame frame, IStreamProcessor processor, IStreamOutput output)
    {
        if (!TryGetTime(frame, out long time)) return;
        string? problem = frame.IsDamaged ? "the driver marked a frame as damaged" : _decoder.Decode(camera.Borrow(frame));
        if (problem is not null)
        {
            Volatile.Write(ref _drops, _drops + 1);
            long now = RigClock.Now;
            (!frame.IsDamaged && _decoder.IsOtherSize ? _ofOtherSize : _damaged).Add(1, now, now, $"{_options.Source}: frame {frame.Sequence}: {problem}; left out");
            return;
        }

        _header.DeviceTimeNs = time;
        _recorder?.Take(_decoder.Image, _number, _header, output);
        processor.Process(_header, _decoder.Image.Pixels, output);
        _header.Flags &= ~FrameFlags.NewEpoch;
    }

    // The driver counts what it drops; the count is 32 bits wide and wraps.
    private void CountDropped(in CapturedFrame frame)
    {
        uint step = _begun ? frame.Sequence - _sequence : 1;
        if (_begun && step is > 1 and < int.MaxValue)
        {
            uint dropped = step - 1;
            Volatile.Write(ref _drops, _drops + dropped);
            _dropped.Add(dropped, _lastTimeNs, frame.TimeNs, $"{_options.Source}: the driver dropped {dropped} frames before frame {frame.Sequence}");
        }

        _intervalNs = _begun && step == 1 ? frame.TimeNs - _lastTimeNs : _intervalNs;
        _number += step is > 0 and < int.MaxValue ? step : 1;
        (_begun, _sequence, _lastTimeNs) = (true, frame.Sequence, frame.TimeNs);
    }

    // A driver that stamps the end of a frame stamps the end of its second field; the first field's is half a frame earlier, and of the very first frame not known.
    private bool TryGetTime(in CapturedFrame frame, out long timeNs)
    {
        bool isFirstFields = FieldOrder == FieldOrder.Progressive || frame.IsStartStamped;
        timeNs = isFirstFields ? frame.TimeNs : frame.TimeNs - (_intervalNs / 2);
        return isFirstFields || _intervalNs > 0;
    }

    private bool TryReopen(IStreamOutput output)
    {
        _camera?.Dispose();
        _camera = null;
        try
        {
            V4l2Camera camera = new(_system, _options.Source, _options.Camera.Card, _options.Camera.Settings);
            if (!_decoder.Fits(camera))
            {
                camera.Dispose();
                throw new DeviceException(_options.Source, $"came back with {camera.Width}x{camera.Height} {camera.Format}, not as {Frames.Shape[1]}x{Frames.Shape[0]}");
            }

            _camera = camera;
            return true;
        }
        catch (DeviceException e)
        {
            // Told once, not at every attempt. That it is not there yet is no news; that another one is there, is.
            long now = RigClock.Now;
            if (e.Message != _told && !e.Message.Contains("no such camera", StringComparison.Ordinal))
                output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, 0, e.Message));
            _told = e.Message;
            return false;
        }
    }

    private void Remark(IStreamOutput output)
    {
        Remarks = _camera!.Remarks;
        long now = RigClock.Now;
        foreach (string remark in Remarks) output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, 0, $"{_options.Source}: {remark}"));
    }
}
