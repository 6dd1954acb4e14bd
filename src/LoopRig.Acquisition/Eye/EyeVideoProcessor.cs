using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Makes of an eye camera's frames the picture (NAME), where that is wanted; the pupil, the corneal reflection, the eye angles and whether they are calibrated (NAME/pupil); and
/// the eye model in use, about once a second (NAME/model). Where no pupil was found, in a blink above all, its values are NaN.
/// </summary>
public sealed class EyeVideoProcessor : IStreamProcessor
{
    private const int ModelFrames = 60;

    private readonly EyeVideoOptions _options;
    private readonly int _pupil; // index of the pupil's stream; the model's follows
    private readonly CropOptions _crop;
    private readonly Image _frame;
    private readonly Image _picture;
    private readonly PupilTracker _tracker;
    private readonly LiveEyeModel _model;
    private readonly float[] _pupilValues;
    private readonly float[] _modelValues;
    private readonly FrameHeader[] _headers;
    private int _sinceModel = ModelFrames;
    private bool _mismatched;

    /// <summary>A tracker for frames of this kind.</summary>
    /// <param name="options">What is tracked.</param>
    /// <param name="frames">The frames: U8 of (H,W) or (H,W,3).</param>
    /// <exception cref="DeviceException">The frames are no pictures, the crop does not lie in them, or the calibration belongs to others.</exception>
    /// <exception cref="DataFileException">The calibration cannot be read.</exception>
    public EyeVideoProcessor(EyeVideoOptions options, StreamDescriptor frames)
    {
        if (frames.DType != DType.U8 || frames.Shape.Length is not (2 or 3) || (frames.Shape.Length == 3 && frames.Shape[2] is not (1 or 3)))
            throw new DeviceException(options.Name, $"{frames.Name} are no pictures: {frames.DType} of ({string.Join(',', frames.Shape)})");
        _options = options;
        _frame = new Image(frames.Shape[1], frames.Shape[0], frames.Shape.Length == 3 ? frames.Shape[2] : 1);
        _crop = PictureProcessor.Checked(options.Source, options.Crop, _frame.Width, _frame.Height);
        _picture = new Image(_crop.Width, _crop.Height, 1);
        _tracker = new PupilTracker(_crop.Width, _crop.Height, options.Pupil);
        _model = new LiveEyeModel(options, _crop.Width, _crop.Height);
        StreamDescriptor pictures = frames with { Name = options.Name, Shape = [_crop.Height, _crop.Width] };
        string[] pupil =
        [
            BehaviourVariables.PupilX, BehaviourVariables.PupilY, BehaviourVariables.PupilRadius, BehaviourVariables.Theta, BehaviourVariables.Phi,
            "reflection_x", "reflection_y", "confidence", "blink", "calibrated", "pupil_minor_radius", "pupil_angle",
        ];
        string[] model = ["eye_x", "eye_y", "eye_radius", "rest_x", "rest_y", "centre_error", "radius_error", "calibrated"];
        _pupil = options.PublishPicture ? 1 : 0;
        Streams =
        [
            .. options.PublishPicture ? (StreamDescriptor[])[pictures] : [],
            Vector(frames, "pupil", pupil, ["px", "px", "px", "deg", "deg", "px", "px", "1", "1", "1", "px", "deg"]),
            Vector(frames, "model", model, ["px", "px", "px", "1", "1", "deg", "1", "1"]) with { RateHz = 0 },
        ];
        (_pupilValues, _modelValues) = (new float[pupil.Length], new float[model.Length]);
        _headers = [.. Streams.Select(stream => FrameHeader.Samples(stream.DType, stream.Shape, 0))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Writes the calibration that the recording has made. Nothing native is held.</summary>
    public void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    public void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        if (!Fits(header, payload, output)) return;
        bool begins = (header.Flags & FrameFlags.NewEpoch) != 0;
        if (begins) _tracker.Reset(); // the eye stays where it is
        payload.CopyTo(_frame.Pixels);
        Imaging.Grey(_frame.Crop(_crop.X, _crop.Y, _crop.Width, _crop.Height), _picture);
        PupilObservation eye = _tracker.Track(_picture);
        bool changed = eye.Found && _model.Take(eye, header, output, _pupil);
        Fill(eye);
        if (_options.PublishPicture) Publish(0, header, _picture.Pixels, output);
        Publish(_pupil, header, MemoryMarshal.AsBytes(_pupilValues.AsSpan()), output);
        if (!changed && !begins && ++_sinceModel < ModelFrames) return;
        FillModel();
        Publish(_pupil + 1, header, MemoryMarshal.AsBytes(_modelValues.AsSpan()), output);
        _sinceModel = 0;
    }

    private bool Fits(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        bool fits = header.Rank >= 2 && header.Shape[0] == _frame.Height && header.Shape[1] == _frame.Width && payload.Length == _frame.Pixels.Length;
        if (!fits && !_mismatched)
        {
            long now = ReportTime.Of(header);
            output.Report(0, new SourceReport(SourceReportKind.Mismatch, now, now, 0,
                $"{_options.Source}: a frame of {payload.Length} bytes where {_frame.Width}x{_frame.Height}x{_frame.Channels} were announced; such frames are left out"));
        }

        _mismatched = !fits;
        return fits;
    }

    private void Fill(in PupilObservation eye)
    {
        Span<float> values = _pupilValues;
        values.Fill(float.NaN);
        values[7] = (float)eye.Confidence;
        values[8] = eye.Blink ? 1 : 0;
        values[9] = _model.IsCalibrated ? 1 : 0;
        if (!eye.Found) return;
        (double theta, double phi) = _model.Calibration.Model.Angles(eye.Pupil.CentreX, eye.Pupil.CentreY, _options.NoseIsLeft);
        values[0] = (float)eye.Pupil.CentreX;
        values[1] = (float)eye.Pupil.CentreY;
        values[2] = (float)(eye.Pupil.Major / 2);
        values[3] = (float)theta;
        values[4] = (float)phi;
        values[5] = (float)eye.ReflectionX;
        values[6] = (float)eye.ReflectionY;
        values[10] = (float)(eye.Pupil.Minor / 2);
        values[11] = (float)eye.Pupil.MajorAngleDeg;
    }

    private void FillModel()
    {
        EyeCalibration c = _model.Calibration;
        Span<float> values = _modelValues;
        (values[0], values[1], values[2], values[3], values[4]) =
            ((float)c.Model.CentreX, (float)c.Model.CentreY, (float)c.Model.RadiusPx, (float)c.Model.RestX, (float)c.Model.RestY);
        (values[5], values[6], values[7]) = ((float)c.CentreErrorDeg, (float)c.RadiusError, _model.IsCalibrated ? 1 : 0);
    }

    private void Publish(int stream, in FrameHeader frame, ReadOnlySpan<byte> payload, IStreamOutput output)
    {
        ref FrameHeader header = ref _headers[stream];
        (header.DeviceTimeNs, header.HostTimeNs, header.Clock, header.Flags) = (frame.DeviceTimeNs, frame.HostTimeNs, frame.Clock, frame.Flags);
        output.Publish(stream, header, payload);
    }

    private StreamDescriptor Vector(StreamDescriptor frames, string name, string[] channels, string[] units) => frames with
    {
        Name = $"{_options.Name}/{name}",
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [channels.Length],
        Channels = channels,
        Units = units,
    };
}
