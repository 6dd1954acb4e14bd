using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// The eye model as a session goes on: a given one, watched whether the recording contradicts it; or one that the recording makes, used from the moment it is good,
/// improved for a minute, and written to the file that was named, at once and as it is at the end. Until then a straight-looking eye of the configured scale stands in, and says that it does.
/// </summary>
internal sealed class LiveEyeModel : IDisposable
{
    private const int RefitFrames = 60;
    private const long SettledFrames = 3600;     // after so many the model stays: angles must not wander through a session
    private const double MostDisagreementDeg = 4;
    private const double MostImpossible = 0.2;

    private readonly EyeVideoOptions _options;
    private readonly EyeCalibrator _calibrator;
    private readonly int _width, _height;
    private readonly bool _given;
    private long _taken;
    private bool _told;
    private bool _written;
    private bool _improved; // since it was written

    /// <exception cref="DataFileException">The given calibration cannot be read.</exception>
    /// <exception cref="DeviceException">It belongs to other pictures.</exception>
    internal LiveEyeModel(EyeVideoOptions options, int width, int height)
    {
        (_options, _width, _height) = (options, width, height);
        _calibrator = new EyeCalibrator(width, height, options.NoseIsLeft);
        double radius = 180 / Math.PI / options.DegreesPerPixel;
        Calibration = new EyeCalibration(new EyeModel((width - 1) / 2.0, (height - 1) / 2.0, radius, 0, 0), double.PositiveInfinity, double.PositiveInfinity, 0);
        if (options.Calibration is not { } path || !File.Exists(path)) return;
        EyeModelFile file = EyeModelFile.Read(path, width, height, options.NoseIsLeft);
        Calibration = new EyeCalibration(file.Model, file.CentreErrorDeg, file.RadiusError, file.Frames);
        (_given, IsCalibrated) = (true, true);
    }

    /// <summary>The model in use.</summary>
    internal EyeCalibration Calibration { get; private set; }

    /// <summary>Whether the model was given or made of the recording, and nothing contradicts it.</summary>
    internal bool IsCalibrated { get; private set; }

    /// <summary>Takes a found pupil; true when the model has changed.</summary>
    internal bool Take(in PupilObservation eye, in FrameHeader header, IStreamOutput output, int stream)
    {
        _calibrator.Add(eye);
        if (!_given && !IsCalibrated) LookStraight(eye);
        if (++_taken % RefitFrames != 0) return false;
        if (_given)
        {
            Watch(header, output, stream);
            return false;
        }

        return (!IsCalibrated || _taken <= SettledFrames) && Improve(header, output, stream);
    }

    /// <summary>Writes the model that the recording ended with, if it is better than the written one.</summary>
    public void Dispose()
    {
        if (!_improved) return;
        _improved = false;
        try
        {
            Write();
        }
        catch (DataFileException)
        {
            // Nobody listens any more, and the first good one is there.
        }
    }

    // The eye of the configured scale whose mean pupil lies over its centre.
    private void LookStraight(in PupilObservation eye)
    {
        EyeModel model = Calibration.Model;
        double gain = 1.0 / (_taken + 1);
        double x = model.CentreX + (gain * (eye.Pupil.CentreX - model.CentreX)), y = model.CentreY + (gain * (eye.Pupil.CentreY - model.CentreY));
        Calibration = Calibration with { Model = model with { CentreX = x, CentreY = y } };
    }

    private bool Improve(in FrameHeader header, IStreamOutput output, int stream)
    {
        if (!_calibrator.TryFit(out EyeCalibration fit) || !fit.IsGood) return false;
        Calibration = fit;
        IsCalibrated = true;
        if (_options.Calibration is null || _told) return true;
        _improved = _written; // a disk on the frames' thread: once, so that a rig that is killed has it, and again at the end
        if (_written) return true;
        try
        {
            Write();
            _written = true;
        }
        catch (DataFileException e)
        {
            Tell(header, output, stream, e.Message); // the calibration itself goes on
        }

        return true;
    }

    private void Write() => new EyeModelFile
    {
        Width = _width,
        Height = _height,
        NoseIsLeft = _options.NoseIsLeft,
        Model = Calibration.Model,
        CentreErrorDeg = Calibration.CentreErrorDeg,
        RadiusError = Calibration.RadiusError,
        Frames = Calibration.Frames,
    }.Write(_options.Calibration!);

    private void Watch(in FrameHeader header, IStreamOutput output, int stream)
    {
        if (_told) return;
        double outside = _calibrator.Impossible(Calibration.Model);
        if (_taken >= 2 * RefitFrames && outside > MostImpossible)
        {
            Contradict(header, output, stream, string.Create(CultureInfo.InvariantCulture, $"{outside:P0} of the pupils lie outside its eye"));
            return;
        }

        if (!_calibrator.TryFit(out EyeCalibration fit) || !fit.IsGood) return;
        double degrees = _calibrator.Disagreement(Calibration.Model, fit.Model);
        if (degrees > MostDisagreementDeg)
        {
            Contradict(header, output, stream, string.Create(CultureInfo.InvariantCulture,
                $"the pupils say {Words(fit.Model)}, {degrees:0.0} deg apart"));
        }
    }

    private void Contradict(in FrameHeader header, IStreamOutput output, int stream, string reason)
    {
        IsCalibrated = false;
        Tell(header, output, stream, $"{_options.Calibration}: the calibration contradicts the recording: it says {Words(Calibration.Model)}; {reason}. "
            + "Without the file the recording calibrates itself.");
    }

    private void Tell(in FrameHeader header, IStreamOutput output, int stream, string text)
    {
        _told = true;
        long now = ReportTime.Of(header);
        output.Report(stream, new SourceReport(SourceReportKind.Mismatch, now, now, 0, text));
    }

    private static string Words(in EyeModel eye)
        => string.Create(CultureInfo.InvariantCulture, $"an eye of radius {eye.RadiusPx:0.0} px at ({eye.CentreX:0.0}, {eye.CentreY:0.0})");
}
