using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Simulation.EyeVideo;

namespace LoopRig.Acquisition.Tests;

/// <summary>A rendered eye that looks about, widens its pupil slowly and blinks, frame by frame, with what is true of each.</summary>
internal sealed class RenderedEye(EyeCameraOptions options)
{
    private readonly SeededRandom _random = new(options.Seed, "rendered eye");
    private readonly EyeRenderer _renderer = new(options);
    private double _theta, _phi, _blink;

    internal Image Picture { get; } = new(options.Width, options.Height, 1);

    internal EyePose Pose { get; private set; }

    internal PupilOutline Truth { get; private set; }

    internal EyeProjection Projection => _renderer.Projection;

    internal bool Blinks { get; init; } = true;

    internal static PupilTrackerOptions Pupil(bool bright) => new() { Kind = bright ? PupilKind.Bright : PupilKind.Dark };

    internal void Next(int frame)
    {
        if (frame % 12 == 0) (_theta, _phi) = (_random.Uniform(-20, 20), _random.Uniform(-15, 15)); // a saccade
        if (Blinks && frame % 75 == 60) _blink = 12;
        // 200 ms at 60 frames per second: the lid falls faster than it rises.
        double opening = _blink > 0 ? Math.Clamp(_blink > 8 ? (_blink - 8) / 4 : _blink > 5 ? 0 : (5 - _blink) / 5, 0, 1) : 1;
        _blink = Math.Max(0, _blink - 1);
        double radius = _renderer.Projection.Radius * (0.28 + (0.12 * Math.Sin(frame / 40.0)));
        Pose = new EyePose(_theta + _random.Normal(0, 0.2), _phi + _random.Normal(0, 0.2), radius, opening);
        Truth = _renderer.Projection.Pupil(Pose);
        _renderer.Render(Pose, frame, Picture.Pixels);
    }
}
