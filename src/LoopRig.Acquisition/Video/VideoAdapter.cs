using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Streams a video file or URL: one canonical stream and its smaller derived ones, each frame with the video's own time.</summary>
public sealed class VideoAdapter : IAdapter, IFrameUser
{
    private readonly VideoOptions _options;
    private readonly VideoPlayer _player;
    private readonly CanonicalPicture _canonical;
    private readonly Image _grey;
    private readonly Image[] _derived;
    private readonly FrameHeader[] _headers;

    /// <summary>Opens the video.</summary>
    /// <exception cref="DeviceException">It cannot be opened or decoded, the crop does not lie in it, or a derived size is not positive.</exception>
    public VideoAdapter(VideoOptions options)
    {
        _options = options;
        foreach (ImageSize size in options.Derived)
        {
            if (size.Height <= 0 || size.Width <= 0) throw new DeviceException(options.Name, $"derived: {size.Height}x{size.Width} is no size");
        }

        _player = new VideoPlayer(options.Name, options.Source, options.Loop, options.Pace);
        try
        {
            _canonical = new CanonicalPicture(options.Source, _player.Width, _player.Height, options.Crop, options.Grey);
        }
        catch
        {
            _player.Dispose();
            throw;
        }

        Image picture = _canonical.Image;
        _grey = options.Grey ? picture : new Image(picture.Width, picture.Height, 1);
        _derived = [.. options.Derived.Select(size => new Image(size.Width, size.Height, 1))];
        Streams = [Describe(options.Name, _canonical.Shape), .. options.Derived.Select(size => Describe($"{options.Name}/{size.Height}x{size.Width}", [size.Height, size.Width]))];
        _headers = [.. Streams.Select(stream => FrameHeader.Samples(DType.U8, stream.Shape, 0))];
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Damaged packets of the video, each about a frame.</summary>
    public long Drops => _player.Undecodable;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop) => _player.Run(this, output, stop);

    /// <summary>Closes the video.</summary>
    public void Dispose() => _player.Dispose();

    void IFrameUser.Prepare(Image frame)
    {
        _canonical.Take(frame);
        if (_derived.Length == 0) return;
        if (!_options.Grey) Imaging.Grey(_canonical.Image, _grey);
        foreach (Image derived in _derived) Imaging.ResizeArea(_grey, derived);
    }

    void IFrameUser.Publish(IStreamOutput output, PlaybackClock clock, long timeNs)
    {
        for (int i = 0; i < _headers.Length; i++)
        {
            _player.Stamp(ref _headers[i], clock, timeNs);
            output.Publish(i, _headers[i], i == 0 ? _canonical.Image.Pixels : _derived[i - 1].Pixels);
        }
    }

    private StreamDescriptor Describe(string name, int[] shape) => new()
    {
        Name = name,
        Kind = StreamKind.Image,
        DType = DType.U8,
        Shape = shape,
        RateHz = _player.RateHz,
        ClockId = _player.ClockId,
        Clock = _player.Clock,
        Source = _options.Source,
    };
}
