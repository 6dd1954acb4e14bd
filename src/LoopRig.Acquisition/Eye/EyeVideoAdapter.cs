using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Streams an eye video and what a first tracker sees in it: pupil centre and radius (px), eye angles (deg), corneal reflection (px), confidence and
/// blink; NaN where no pupil was found.
/// </summary>
/// <remarks>
/// The angles are linear in the pupil's way from its mean place since the start: theta = s (x - mean x), phi = -s (y - mean y), with s the degrees of
/// one pixel. Good for some 15 deg around the mean; a model of the eye's geometry belongs to a better tracker.
/// </remarks>
public sealed class EyeVideoAdapter : IAdapter, IFrameUser
{
    private readonly EyeVideoOptions _options;
    private readonly VideoPlayer _player;
    private readonly CanonicalPicture _picture;
    private readonly PupilTracker _tracker;
    private readonly float[] _values;
    private readonly FrameHeader[] _headers;
    private double _meanX;
    private double _meanY;
    private long _found;

    /// <summary>Opens the video.</summary>
    /// <exception cref="DeviceException">It cannot be opened or decoded, or the crop does not lie in it.</exception>
    public EyeVideoAdapter(EyeVideoOptions options)
    {
        _options = options;
        _player = new VideoPlayer(options.Name, options.Source, options.Loop, options.Pace);
        try
        {
            _picture = new CanonicalPicture(options.Source, _player.Width, _player.Height, options.Crop, grey: true);
        }
        catch
        {
            _player.Dispose();
            throw;
        }

        _tracker = new PupilTracker(_picture.Image.Width, _picture.Image.Height, options.Pupil);
        StreamDescriptor pictures = Describe(options.Name, StreamKind.Image, DType.U8, _picture.Shape);
        StreamDescriptor pupil = Describe($"{options.Name}/pupil", StreamKind.Vector, DType.F32, [9]) with
        {
            Channels =
            [
                BehaviourVariables.PupilX, BehaviourVariables.PupilY, BehaviourVariables.PupilRadius, BehaviourVariables.Theta, BehaviourVariables.Phi,
                "reflection_x", "reflection_y", "confidence", "blink",
            ],
            Units = ["px", "px", "px", "deg", "deg", "px", "px", "1", "1"],
        };
        Streams = [pictures, pupil];
        _values = new float[pupil.Channels.Length];
        _headers = [FrameHeader.Samples(DType.U8, pictures.Shape, 0), FrameHeader.Samples(DType.F32, pupil.Shape, 0)];
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
        _picture.Take(frame);
        PupilObservation eye = _tracker.Track(_picture.Image);
        _values.AsSpan(0, 7).Fill(float.NaN);
        _values[7] = (float)eye.Confidence;
        _values[8] = eye.Blink ? 1 : 0;
        if (!eye.Found) return;
        _found++;
        _meanX += (eye.Pupil.CentreX - _meanX) / _found;
        _meanY += (eye.Pupil.CentreY - _meanY) / _found;
        _values[0] = (float)eye.Pupil.CentreX;
        _values[1] = (float)eye.Pupil.CentreY;
        _values[2] = (float)(eye.Pupil.Major / 2);
        _values[3] = (float)((eye.Pupil.CentreX - _meanX) * _options.DegreesPerPixel * (_options.NoseIsLeft ? -1 : 1));
        _values[4] = (float)((_meanY - eye.Pupil.CentreY) * _options.DegreesPerPixel);
        _values[5] = (float)eye.ReflectionX;
        _values[6] = (float)eye.ReflectionY;
    }

    void IFrameUser.Publish(IStreamOutput output, PlaybackClock clock, long timeNs)
    {
        for (int i = 0; i < _headers.Length; i++)
        {
            _player.Stamp(ref _headers[i], clock, timeNs);
            output.Publish(i, _headers[i], i == 0 ? _picture.Image.Pixels : MemoryMarshal.AsBytes(_values.AsSpan()));
        }
    }

    private StreamDescriptor Describe(string name, StreamKind kind, DType type, int[] shape) => new()
    {
        Name = name,
        Kind = kind,
        DType = type,
        Shape = shape,
        RateHz = _player.RateHz,
        ClockId = _player.ClockId,
        Clock = _player.Clock,
        Source = _options.Source,
    };
}
