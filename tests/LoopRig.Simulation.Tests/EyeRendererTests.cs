using System.Diagnostics;
using LoopRig.Simulation.EyeVideo;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class EyeRendererTests
{
    // Nothing but the pupil and its iris, so that the dark area is the pupil's.
    private static readonly EyeCameraOptions s_plain = new() { Width = 320, Height = 240, Lamps = 0, Whiskers = 0, Noise = 0, Unevenness = 0 };

    [Theory]
    [InlineData(0, 0, 25, false)]
    [InlineData(20, 0, 25, false)]
    [InlineData(20, 0, 25, true)]
    [InlineData(-18, 15, 14, false)]
    [InlineData(8, -16, 30, true)]
    public void Render_PlainPupil_LiesWhereTheProjectionSays(double theta, double phi, double radius, bool noseIsLeft)
    {
        EyeRenderer renderer = new(s_plain with { NoseIsLeft = noseIsLeft });
        EyePose pose = new(theta, phi, radius);
        byte[] pixels = new byte[320 * 240];
        renderer.Render(pose, 0, pixels);
        PupilOutline truth = renderer.Projection.Pupil(pose);
        (double x, double y, double major, double minor, double angle) = Moments(pixels, 320, (28 + 92) / 2.0, truth);
        Assert.Equal(truth.CentreX, x, 0.3);
        Assert.Equal(truth.CentreY, y, 0.3);
        Assert.Equal(truth.RadiusPx, major, 0.02 * radius);
        Assert.Equal(truth.MinorRadiusPx, minor, 0.02 * radius);
        if (truth.MinorRadiusPx < 0.97 * truth.RadiusPx) Assert.Equal(0, Math.IEEERemainder(angle - truth.AngleDeg, 180), 3.0);
        Assert.Equal(1, truth.VisibleShare);
    }

    [Fact]
    public void Pupil_EyeTurnsNasallyAndUp_MovesNasallyAndUpInThePicture()
    {
        EyeProjection right = new EyeRenderer(s_plain).Projection, left = new EyeRenderer(s_plain with { NoseIsLeft = true }).Projection;
        PupilOutline rest = right.Pupil(new EyePose(0, 0, 20));
        Assert.True(right.Pupil(new EyePose(10, 0, 20)).CentreX > rest.CentreX + 10);
        Assert.True(right.Pupil(new EyePose(0, 10, 20)).CentreY < rest.CentreY - 10);
        Assert.True(left.Pupil(new EyePose(10, 0, 20)).CentreX < left.Pupil(new EyePose(0, 0, 20)).CentreX - 10);
    }

    [Fact]
    public void Pupil_GazeIntoTheCamera_IsRoundAndShrinksWithTheCosineBesideIt()
    {
        EyeProjection eye = new(s_plain with { CameraAzimuthDeg = 0, CameraElevationDeg = 0, DistanceRadii = 1e6 });
        PupilOutline round = eye.Pupil(new EyePose(0, 0, 20));
        Assert.Equal(20, round.RadiusPx, 1e-3);
        Assert.Equal(20, round.MinorRadiusPx, 1e-3);
        PupilOutline turned = eye.Pupil(new EyePose(30, 0, 20));
        Assert.Equal(20, turned.RadiusPx, 1e-3);
        Assert.Equal(20 * Math.Cos(Math.PI / 6), turned.MinorRadiusPx, 1e-3);
        Assert.Equal(90, turned.AngleDeg, 1e-3);
        Assert.Equal(eye.EyeX + (eye.Radius * 0.5), turned.CentreX, 1e-2);
    }

    [Fact]
    public void Pupil_LidsClose_VanishesStepByStep()
    {
        EyeProjection eye = new(s_plain);
        double[] shares = [.. new[] { 1, 0.8, 0.6, 0.4, 0.2, 0 }.Select(opening => eye.Pupil(new EyePose(0, 0, 25, opening)).VisibleShare)];
        Assert.Equal(1, shares[0]);
        Assert.Equal(0, shares[^1]);
        for (int i = 1; i < shares.Length; i++) Assert.True(shares[i] <= shares[i - 1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Render_PupilOfEitherKind_IsDarkerOrBrighterThanTheIris(bool bright)
    {
        EyeRenderer renderer = new(new EyeCameraOptions { BrightPupil = bright, Whiskers = 0 });
        EyePose pose = new(-10, 5, 14); // into the camera
        byte[] pixels = new byte[160 * 120];
        renderer.Render(pose, 0, pixels);
        PupilOutline pupil = renderer.Projection.Pupil(pose);
        double inside = Mean(pixels, 160, pupil.CentreX - 7, pupil.CentreY + 5), iris = Mean(pixels, 160, pupil.CentreX - 25, pupil.CentreY + 5);
        Assert.True(bright ? inside > iris + 40 : inside < iris - 25, $"{inside} {iris}");
        (double x, double y) = renderer.Projection.Reflection(pose, 0);
        Assert.Equal(255, pixels[((int)Math.Round(y) * 160) + (int)Math.Round(x)]);
    }

    [Fact]
    public void Render_SamePoseAndFrame_GivesTheSamePictureAndAnotherFrameAnother()
    {
        EyeRenderer renderer = new(new EyeCameraOptions());
        byte[] first = new byte[160 * 120], second = new byte[160 * 120];
        renderer.Render(new EyePose(3, 4, 12, 0.8), 7, first);
        renderer.Render(new EyePose(9, 9, 9, 0.1), 8, second);
        renderer.Render(new EyePose(3, 4, 12, 0.8), 7, second);
        Assert.Equal(first, second);
        renderer.Render(new EyePose(3, 4, 12, 0.8), 8, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Render_AfterTheFirst_AllocatesNothing()
    {
        EyeRenderer renderer = new(new EyeCameraOptions { Lamps = 2 });
        byte[] pixels = new byte[160 * 120];
        for (int frame = 0; frame < 200; frame++) renderer.Render(new EyePose(0, 0, 12), frame, pixels);
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        for (int frame = 0; frame < 100; frame++) renderer.Render(new EyePose(frame / 10.0, 0, 12), frame, pixels);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMilliseconds / 100:F2} ms a frame of 160x120");
        Assert.Equal(0, allocated);
    }

    private static double Mean(byte[] pixels, int width, double cx, double cy)
    {
        double sum = 0;
        for (int y = (int)cy - 2; y <= (int)cy + 2; y++)
        {
            for (int x = (int)cx - 2; x <= (int)cx + 2; x++) sum += pixels[(y * width) + x];
        }

        return sum / 25;
    }

    // The centre of the dark area near the pupil, and the half axes of the ellipse with its second moments.
    private static (double X, double Y, double Major, double Minor, double AngleDeg) Moments(byte[] pixels, int width, double level, PupilOutline near)
    {
        double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            double x = i % width, y = i / width;
            if (pixels[i] > level || Math.Sqrt(((x - near.CentreX) * (x - near.CentreX)) + ((y - near.CentreY) * (y - near.CentreY))) > 1.1 * near.RadiusPx) continue;
            (n, sx, sy, sxx, syy, sxy) = (n + 1, sx + x, sy + y, sxx + (x * x), syy + (y * y), sxy + (x * y));
        }

        (double mx, double my) = (sx / n, sy / n);
        double xx = (sxx / n) - (mx * mx), yy = (syy / n) - (my * my), xy = (sxy / n) - (mx * my);
        double mean = (xx + yy) / 2, spread = Math.Sqrt(((xx - yy) * (xx - yy) / 4) + (xy * xy));
        double angle = 0.5 * Math.Atan2(2 * xy, xx - yy) * 180 / Math.PI;
        return (mx, my, 2 * Math.Sqrt(mean + spread), 2 * Math.Sqrt(mean - spread), angle);
    }
}
