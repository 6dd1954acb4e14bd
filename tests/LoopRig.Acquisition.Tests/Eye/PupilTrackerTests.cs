using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class PupilTrackerTests
{
    [Fact]
    public void Track_RealMouseEye_FindsThePupilInNearlyEveryFrame()
    {
        using VideoFile video = new(SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"));
        Image frame = new(video.Width, video.Height, 3);
        Image grey = new(video.Width, video.Height, 1);
        PupilTracker tracker = new(video.Width, video.Height, new PupilTrackerOptions());
        List<Ellipse> pupils = [];
        int frames = 0, reflections = 0, jumps = 0;
        for (; video.TryRead(frame, out _); frames++)
        {
            Imaging.Grey(frame, grey);
            PupilObservation eye = tracker.Track(grey);
            if (!eye.Found) continue;

            // Where a person sees it: right of the middle, above it, with the reflection at its lower right border.
            Assert.InRange(eye.Pupil.CentreX, 95, 115);
            Assert.InRange(eye.Pupil.CentreY, 68, 80);
            Assert.InRange(eye.Pupil.Major / 2, 17, 38);
            Assert.InRange(eye.Pupil.Minor / eye.Pupil.Major, 0.8, 1);
            if (Math.Abs(eye.ReflectionX - 120) < 5 && Math.Abs(eye.ReflectionY - 83) < 3) reflections++;
            if (pupils.Count > 0 && Math.Abs(pupils[^1].Major - eye.Pupil.Major) > 8) jumps++;
            pupils.Add(eye.Pupil);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"found {pupils.Count} of {frames}, reflection {reflections}, jumps of the size {jumps}, radius {pupils.Min(p => p.Major) / 2:F1} to {pupils.Max(p => p.Major) / 2:F1} px");
        Assert.True(pupils.Count >= 0.98 * frames);
        Assert.True(reflections >= 0.95 * frames);
        Assert.InRange(jumps, 0, 3);
        Assert.True(pupils.Max(p => p.Major) > 1.5 * pupils.Min(p => p.Major)); // the pupil widens once in this recording
    }

    [Theory]
    [InlineData(90, 70, 24, 20, 30)]
    [InlineData(60, 50, 12, 12, 0)]
    [InlineData(110, 80, 40, 34, 120)]
    public void Track_DrawnPupilWithAReflectionOnItsBorder_FindsTheTrueEllipse(double x, double y, double a, double b, double angleDeg)
    {
        Image eye = Draw(x, y, a, b, angleDeg, withPupil: true);
        PupilObservation seen = new PupilTracker(eye.Width, eye.Height, new PupilTrackerOptions()).Track(eye);
        Assert.True(seen.Found);
        Assert.Equal(x, seen.Pupil.CentreX, 0.5);
        Assert.Equal(y, seen.Pupil.CentreY, 0.5);
        Assert.Equal(2 * a, seen.Pupil.Major, 2.0);
        Assert.Equal(2 * b, seen.Pupil.Minor, 2.0);
        if (a > b) Assert.Equal(angleDeg, seen.Pupil.MajorAngleDeg, 6.0);
        Assert.Equal(x + (0.9 * b), seen.ReflectionX, 1.0);
        Assert.Equal(y, seen.ReflectionY, 1.0);
        Assert.False(seen.Blink);
    }

    [Fact]
    public void Track_PupilGoesAndComesBack_IsABlinkAndNotFound()
    {
        Image open = Draw(90, 70, 24, 20, 0, withPupil: true), closed = Draw(90, 70, 24, 20, 0, withPupil: false);
        PupilTracker tracker = new(open.Width, open.Height, new PupilTrackerOptions());
        for (int i = 0; i < 5; i++) Assert.True(tracker.Track(open).Found);
        PupilObservation seen = tracker.Track(closed);
        Assert.False(seen.Found);
        Assert.True(seen.Blink);
        Assert.True(double.IsNaN(seen.ReflectionX));
        Assert.True(tracker.Track(open).Found);
    }

    [Fact]
    public void Track_PupilNeverSeenOrLongGone_IsNoBlink()
    {
        Image open = Draw(90, 70, 24, 20, 0, withPupil: true), closed = Draw(90, 70, 24, 20, 0, withPupil: false);
        PupilTracker tracker = new(open.Width, open.Height, new PupilTrackerOptions());
        Assert.False(tracker.Track(closed).Blink);
        for (int i = 0; i < 5; i++) Assert.False(tracker.Track(open).Blink);
        for (int i = 0; i < 120; i++) Assert.True(tracker.Track(closed).Blink);
        Assert.False(tracker.Track(closed).Blink);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    [InlineData(255)]
    public void Track_UniformPicture_IsNotFound(byte value)
    {
        Image picture = new(192, 184, 1);
        picture.Pixels.Fill(value);
        Assert.False(new PupilTracker(192, 184, new PupilTrackerOptions()).Track(picture).Found);
    }

    [Fact]
    public void Track_AfterWarmUp_AllocatesNothing()
    {
        Image eye = Draw(90, 70, 24, 20, 30, withPupil: true);
        PupilTracker tracker = new(eye.Width, eye.Height, new PupilTrackerOptions());
        for (int i = 0; i < 10; i++) tracker.Track(eye);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) tracker.Track(eye);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Iris 100, pupil 30 with noise, fur 200 above, and a saturated reflection of radius 4 on the pupil's right.
    private static Image Draw(double cx, double cy, double a, double b, double angleDeg, bool withPupil)
    {
        Image image = new(180, 150, 1);
        Random random = new(3);
        (double sin, double cos) = Math.SinCos(angleDeg * Math.PI / 180);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double u = (((x - cx) * cos) + ((y - cy) * sin)) / a;
                double v = (((y - cy) * cos) - ((x - cx) * sin)) / b;
                bool inside = withPupil && (u * u) + (v * v) <= 1;
                bool bright = withPupil && ((x - cx - (0.9 * b)) * (x - cx - (0.9 * b))) + ((y - cy) * (y - cy)) <= 16;
                image.Row(y)[x] = bright ? (byte)255 : (byte)((y < 12 ? 200 : inside ? 30 : 100) + random.Next(-6, 7));
            }
        }

        return image;
    }
}
