using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Makes of a camera's frames what a rig uses: the canonical stream, cropped, deinterlaced, grey or colour, and its smaller grey copies. Of an interlaced camera
/// each frame gives two pictures: the first field's at the frame's time, the second field's half a frame later, half of the measured interval between frames.
/// The first frame of an epoch gives only its first field, for how long a frame lasts is not known yet.
/// </summary>
public sealed class PictureProcessor : IStreamProcessor
{
    private const double SameInterval = 1.5; // a longer one holds a lost frame
    private const int SlowerAfter = 3;         // such intervals in a row: the camera has become slower
    private const double IntervalGain = 0.125;

    private readonly CropOptions _crop;
    private readonly FieldOrder _fields;
    private readonly string _source;
    private readonly int _frameHeight;
    private readonly int _frameWidth;
    private readonly int _frameChannels;
    private readonly Image _cropped;
    private readonly Image _woven;
    private readonly Image _canonical;
    private readonly Image _grey;
    private readonly Image[] _derived;
    private readonly FrameHeader[] _headers;
    private long _lastTimeNs;
    private double _intervalNs;
    private int _longer;
    private bool _seen;
    private bool _mismatched;

    /// <summary>A processor for frames of this kind.</summary>
    /// <param name="options">What is published.</param>
    /// <param name="frames">The frames: U8 of (H,W) or (H,W,3).</param>
    /// <param name="fields">Whether each is two fields.</param>
    /// <exception cref="DeviceException">The frames are no pictures, the crop does not lie in them, or a derived size is not positive.</exception>
    public PictureProcessor(VideoOptions options, StreamDescriptor frames, FieldOrder fields)
    {
        if (frames.DType != DType.U8 || frames.Shape.Length is not (2 or 3) || (frames.Shape.Length == 3 && frames.Shape[2] is not (1 or 3)))
            throw new DeviceException(options.Name, $"{frames.Name} are no pictures: {frames.DType} of ({string.Join(',', frames.Shape)})");
        (_frameHeight, _frameWidth, _frameChannels) = (frames.Shape[0], frames.Shape[1], frames.Shape.Length == 3 ? frames.Shape[2] : 1);
        (_fields, _source) = (fields, frames.Source);
        _crop = Checked(options.Source, options.Crop, _frameWidth, _frameHeight);
        foreach (ImageSize size in options.Derived)
        {
            if (size.Height <= 0 || size.Width <= 0) throw new DeviceException(options.Name, $"derived: {size.Height}x{size.Width} is no size");
        }

        int channels = options.Grey ? 1 : 3;
        _cropped = new Image(_crop.Width, _crop.Height, _frameChannels);
        _woven = channels == _frameChannels ? _cropped : new Image(_crop.Width, _crop.Height, channels);
        _canonical = fields == FieldOrder.Progressive ? _woven : new Image(_crop.Width, _crop.Height, channels);
        _grey = options.Grey || options.Derived.Length == 0 ? _canonical : new Image(_crop.Width, _crop.Height, 1);
        _derived = [.. options.Derived.Select(size => new Image(size.Width, size.Height, 1))];
        StreamDescriptor canonical = frames with
        {
            Name = options.Name,
            Shape = FrameSource.Shape(_crop.Width, _crop.Height, channels),
            RateHz = fields == FieldOrder.Progressive ? frames.RateHz : 2 * frames.RateHz,
        };
        Streams = [canonical, .. options.Derived.Select(size => canonical with { Name = $"{options.Name}/{size.Height}x{size.Width}", Shape = [size.Height, size.Width] })];
        _headers = [.. Streams.Select(stream => FrameHeader.Samples(DType.U8, stream.Shape, 0))];
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
        if (!Fits(header, payload, output)) return;
        Crop(payload);
        if (_fields == FieldOrder.Progressive)
        {
            Publish(header, 0, output);
            return;
        }

        bool known = MeasureInterval(header);
        int first = _fields == FieldOrder.TopFirst ? 0 : 1;
        PublishField(first, header, 0, output);
        if (known) PublishField(first ^ 1, header, (long)(_intervalNs / 2), output);
    }

    /// <summary>The crop, or the whole picture.</summary>
    /// <exception cref="DeviceException">It is not inside the picture.</exception>
    internal static CropOptions Checked(string source, CropOptions? wanted, int width, int height)
    {
        CropOptions crop = wanted ?? new CropOptions { Width = width, Height = height };
        if (crop.X < 0 || crop.Y < 0 || crop.Width <= 0 || crop.Height <= 0 || crop.X + crop.Width > width || crop.Y + crop.Height > height)
            throw new DeviceException(source, $"the crop of {crop.Width}x{crop.Height} at ({crop.X}, {crop.Y}) is not inside its pictures of {width}x{height}");
        return crop;
    }

    private bool Fits(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        bool fits = header.Rank >= 2 && header.Shape[0] == _frameHeight && header.Shape[1] == _frameWidth && payload.Length == _frameHeight * _frameWidth * _frameChannels;
        if (!fits && !_mismatched)
        {
            long now = ReportTime.Of(header);
            output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, 0,
                $"{_source}: a frame of {payload.Length} bytes where {_frameWidth}x{_frameHeight}x{_frameChannels} were announced; such frames are left out"));
        }

        _mismatched = !fits;
        return fits;
    }

    private void Crop(ReadOnlySpan<byte> frame)
    {
        int stride = _frameWidth * _frameChannels;
        int from = (_crop.Y * stride) + (_crop.X * _frameChannels);
        for (int y = 0; y < _crop.Height; y++) frame.Slice(from + (y * stride), _cropped.Stride).CopyTo(_cropped.Row(y));
        if (ReferenceEquals(_woven, _cropped)) return;
        if (_woven.Channels == 1) Imaging.Grey(_cropped, _woven);
        else Colour(_cropped.Pixels, _woven.Pixels);
    }

    // A grey camera where colour is wanted: the same value three times.
    private static void Colour(ReadOnlySpan<byte> grey, Span<byte> colour)
    {
        for (int i = 0; i < grey.Length; i++) colour.Slice(3 * i, 3).Fill(grey[i]);
    }

    private bool MeasureInterval(in FrameHeader header)
    {
        long interval = header.DeviceTimeNs - _lastTimeNs;
        bool follows = _seen && (header.Flags & FrameFlags.NewEpoch) == 0 && interval > 0;
        _longer = follows && _intervalNs > 0 && interval >= _intervalNs * SameInterval ? _longer + 1 : 0;
        if (!follows) _intervalNs = 0;
        else if (_intervalNs == 0 || interval * SameInterval < _intervalNs || _longer == SlowerAfter) _intervalNs = interval; // a first one that held a lost frame shows as the next comes
        else if (_longer == 0) _intervalNs += IntervalGain * (interval - _intervalNs);
        (_lastTimeNs, _seen) = (header.DeviceTimeNs, true);
        return _intervalNs > 0;
    }

    private void PublishField(int firstRow, in FrameHeader header, long laterNs, IStreamOutput output)
    {
        FieldSplitter.Split(_woven, firstRow ^ (_crop.Y & 1), _canonical);
        Publish(header, laterNs, output);
    }

    private void Publish(in FrameHeader frame, long laterNs, IStreamOutput output)
    {
        if (_derived.Length > 0)
        {
            if (!ReferenceEquals(_grey, _canonical)) Imaging.Grey(_canonical, _grey);
            foreach (Image derived in _derived) Imaging.ResizeArea(_grey, derived);
        }

        for (int i = 0; i < _headers.Length; i++)
        {
            ref FrameHeader header = ref _headers[i];
            header.DeviceTimeNs = frame.DeviceTimeNs + laterNs;
            header.HostTimeNs = frame.HostTimeNs;
            header.Clock = frame.Clock;
            header.Flags = laterNs == 0 ? frame.Flags : frame.Flags & ~FrameFlags.NewEpoch;
            output.Publish(i, header, i == 0 ? _canonical.Pixels : _derived[i - 1].Pixels);
        }
    }
}
