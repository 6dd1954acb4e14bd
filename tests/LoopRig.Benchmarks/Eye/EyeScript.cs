using LoopRig.Core;
using LoopRig.Simulation.EyeVideo;

namespace LoopRig.Benchmarks;

/// <summary>A rendered eye of 640x480 for 20 s at 60 frames per second: saccades with drift, a pupil that widens and narrows, blinks of 200 ms, whiskers, two lamps.</summary>
internal sealed class EyeScript
{
    private const int Frames = 1200, FixationFrames = 12, BlinkEvery = 90, BlinkFrames = 12;

    public EyeScript(bool bright)
    {
        Camera = new EyeCameraOptions { Width = 640, Height = 480, BrightPupil = bright, Lamps = 2, Whiskers = 3, Noise = 5 };
        var projection = new EyeProjection(Camera);
        var random = new SeededRandom(Camera.Seed, "eye script");
        var (theta, phi, wide) = (0.0, 0.0, 0.0);
        Poses = new EyePose[Frames];
        Truth = new PupilOutline[Frames];
        for (var i = 0; i < Frames; i++)
        {
            if (i % FixationFrames == 0)
            {
                (theta, phi) = (random.Uniform(-20, 20), random.Uniform(-15, 15));
            }
            wide += 0.02 * (Math.Sin(i / 90.0) - wide) + random.Normal(0, 0.003);
            Poses[i] = new EyePose(theta + random.Normal(0, 0.15), phi + random.Normal(0, 0.15), projection.Radius * (0.3 + 0.12 * wide), Opening(i % BlinkEvery - BlinkEvery / 2));
            Truth[i] = projection.Pupil(Poses[i]);
        }
    }

    public EyeCameraOptions Camera { get; }

    public EyePose[] Poses { get; }

    public PupilOutline[] Truth { get; }

    // The lid falls within 4 frames, stays down for 3, rises within 5.
    private static double Opening(int frame)
    {
        return frame is < 0 or > BlinkFrames ? 1 : frame < 4 ? 1 - frame / 4.0 : frame < 7 ? 0 : (frame - 7) / 5.0;
    }
}
