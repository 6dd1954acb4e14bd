using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// A freely moving mouse from above: x, y (px of the whole picture, y down), heading (deg, 0 to the picture's right, 90 to its top, -180 to 180), speed, area of the
/// body (px^2) and found (1 or 0). Where the mouse is not found all but the last are NaN.
/// </summary>
/// <remarks>
/// Speed is the length of the velocity, each component smoothed by a causal Hamming window whose delay is half its length: cm/s in the channel
/// <see cref="BehaviourVariables.Speed"/> where the scale is known, else px/s in <c>speed_px</c>, which no network takes for a speed.
/// </remarks>
public sealed class TopCameraProcessor : IStreamProcessor
{
    private const double MouseCm = 9;
    private const double UsualShare = 0.16; // of the picture's width
    private const double LongestGapSeconds = 1;

    private readonly CropOptions _crop;
    private readonly Image _frame;
    private readonly Image _grey;
    private readonly MouseTracker _tracker;
    private readonly HammingLowPass _alongX;
    private readonly HammingLowPass _alongY;
    private readonly double _unitsPerPixel;
    private readonly float[] _values = new float[6];
    private FrameHeader _header;
    private double _x;
    private double _y;
    private long _seenNs;
    private bool _moving;

    /// <summary>A tracker for frames of this kind.</summary>
    /// <exception cref="DeviceException">The frames are no pictures, the crop does not lie in them, or an option is out of range.</exception>
    public TopCameraProcessor(TopCameraOptions options, StreamDescriptor frames)
    {
        if (frames.DType != DType.U8 || frames.Shape.Length is not (2 or 3))
            throw new DeviceException(options.Name, $"{frames.Name} are no pictures: {frames.DType} of ({string.Join(',', frames.Shape)})");
        if (!(options.PixelsPerCm >= 0)) throw new DeviceException(options.Name, "pixelsPerCm: 0 or more");
        if (!(options.SpeedWindowMs > 0)) throw new DeviceException(options.Name, "speedWindowMs: more than 0");
        _frame = new Image(frames.Shape[1], frames.Shape[0], frames.Shape.Length == 3 ? frames.Shape[2] : 1);
        _crop = PictureProcessor.Checked(options.Source, options.Crop, _frame.Width, _frame.Height);
        _grey = new Image(_crop.Width, _crop.Height, 1);
        double length = options.BodyLengthPx > 0 ? options.BodyLengthPx : options.PixelsPerCm > 0 ? MouseCm * options.PixelsPerCm : UsualShare * _frame.Width;
        _tracker = new MouseTracker(_crop.Width, _crop.Height, length, options.BrightMouse, options.BackgroundSeconds);
        (_alongX, _alongY) = (new HammingLowPass(options.SpeedWindowMs * 1e6), new HammingLowPass(options.SpeedWindowMs * 1e6));
        bool scaled = options.PixelsPerCm > 0;
        _unitsPerPixel = scaled ? 1 / options.PixelsPerCm : 1;
        StreamDescriptor mouse = frames with
        {
            Name = options.Name,
            Kind = StreamKind.Vector,
            DType = DType.F32,
            Shape = [_values.Length],
            Channels = ["x", "y", "heading", scaled ? BehaviourVariables.Speed : "speed_px", "area", "found"],
            FilterDelayNs = (long)(options.SpeedWindowMs * RigClock.MillisecondNs / 2), // of the speed alone
            Units = ["px", "px", "deg", scaled ? "cm/s" : "px/s", "px^2", "1"],
        };
        Streams = [mouse];
        _header = FrameHeader.Samples(DType.F32, mouse.Shape, 0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Nothing native is held.</summary>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        if (payload.Length != _frame.Pixels.Length) return; // the source has told of frames of another size
        if ((header.Flags & FrameFlags.NewEpoch) != 0)
        {
            _tracker.Begin();
            _moving = false;
        }

        payload.CopyTo(_frame.Pixels);
        Imaging.Grey(_frame.Crop(_crop.X, _crop.Y, _crop.Width, _crop.Height), _grey);
        Fill(_tracker.Track(_grey, header.DeviceTimeNs), header.DeviceTimeNs);
        (_header.DeviceTimeNs, _header.HostTimeNs, _header.Clock, _header.Flags) = (header.DeviceTimeNs, header.HostTimeNs, header.Clock, header.Flags);
        output.Publish(0, _header, MemoryMarshal.AsBytes(_values.AsSpan()));
    }

    private void Fill(in MouseObservation mouse, long timeNs)
    {
        if (!mouse.IsFound)
        {
            _values.AsSpan(0, 5).Fill(float.NaN);
            _values[5] = 0;
            return;
        }

        _values[0] = (float)(mouse.X + _crop.X);
        _values[1] = (float)(mouse.Y + _crop.Y);
        _values[2] = (float)(Math.Atan2(-mouse.HeadY, mouse.HeadX) * 180 / Math.PI);
        _values[3] = (float)(Speed(mouse, timeNs) * _unitsPerPixel);
        _values[4] = (float)mouse.Area;
        _values[5] = 1;
    }

    private double Speed(in MouseObservation mouse, long timeNs)
    {
        if (!_moving || timeNs - _seenNs > LongestGapSeconds * RigClock.SecondNs || timeNs < _seenNs)
        {
            _alongX.Begin(timeNs);
            _alongY.Begin(timeNs);
            _moving = true;
        }
        else
        {
            _alongX.Add(_seenNs, timeNs, mouse.X - _x);
            _alongY.Add(_seenNs, timeNs, mouse.Y - _y);
        }

        (_x, _y, _seenNs) = (mouse.X, mouse.Y, timeNs);
        double alongX = _alongX.At(timeNs), alongY = _alongY.At(timeNs);
        return Math.Sqrt((alongX * alongX) + (alongY * alongY));
    }
}
