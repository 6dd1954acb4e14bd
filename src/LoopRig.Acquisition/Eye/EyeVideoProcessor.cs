using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Makes of an eye camera's frames the picture, and what a first tracker sees in it: pupil centre and radius (px), eye angles (deg), corneal reflection (px),
/// confidence and blink; NaN where no pupil was found.
/// </summary>
/// <remarks>
/// The angles are linear in the pupil's way from its mean place since the start: theta = s (x - mean x), phi = -s (y - mean y), with s the degrees of
/// one pixel. Good for some 15 deg around the mean; a model of the eye's geometry belongs to a better tracker.
/// </remarks>
public sealed class EyeVideoProcessor : IStreamProcessor
{
    private readonly EyeVideoOptions _options;
    private readonly CropOptions _crop;
    private readonly Image _frame;
    private readonly Image _picture;
    private readonly PupilTracker _tracker;
    private readonly float[] _values;
    private readonly FrameHeader[] _headers;
    private double _meanX;
    private double _meanY;
    private long _found;

    /// <summary>A tracker for frames of this kind.</summary>
    /// <exception cref="DeviceException">The crop does not lie in them.</exception>
    public EyeVideoProcessor(EyeVideoOptions options, StreamDescriptor frames)
    {
        _options = options;
        _frame = new Image(frames.Shape[1], frames.Shape[0], frames.Shape.Length == 3 ? frames.Shape[2] : 1);
        _crop = PictureProcessor.Checked(options.Source, options.Crop, _frame.Width, _frame.Height);
        _picture = new Image(_crop.Width, _crop.Height, 1);
        _tracker = new PupilTracker(_crop.Width, _crop.Height, options.Pupil);
        StreamDescriptor pictures = frames with { Name = options.Name, Shape = [_crop.Height, _crop.Width] };
        StreamDescriptor pupil = frames with
        {
            Name = $"{options.Name}/pupil",
            Kind = StreamKind.Vector,
            DType = DType.F32,
            Shape = [9],
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
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Nothing native is held.</summary>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        payload.CopyTo(_frame.Pixels);
        Imaging.Grey(_frame.Crop(_crop.X, _crop.Y, _crop.Width, _crop.Height), _picture);
        Track();
        for (int i = 0; i < _headers.Length; i++)
        {
            (_headers[i].DeviceTimeNs, _headers[i].HostTimeNs, _headers[i].Clock, _headers[i].Flags) = (header.DeviceTimeNs, header.HostTimeNs, header.Clock, header.Flags);
            output.Publish(i, _headers[i], i == 0 ? _picture.Pixels : MemoryMarshal.AsBytes(_values.AsSpan()));
        }
    }

    private void Track()
    {
        PupilObservation eye = _tracker.Track(_picture);
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
}
