using LoopRig.Native.OpenCv;
using LoopRig.Simulation.EyeVideo;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class RenderedEyeTests
{
    [Theory]
    [InlineData(640, 480, false)]
    [InlineData(640, 480, true)]
    [InlineData(192, 184, false)]
    [InlineData(160, 120, true)]
    public void Track_EyeThatLooksAboutAndBlinks_FollowsTheTruth(int width, int height, bool bright)
    {
        const int Frames = 450;
        RenderedEye eye = new(new EyeCameraOptions { Width = width, Height = height, BrightPupil = bright, Lamps = 2, Whiskers = 3 });
        PupilTracker tracker = new(width, height, RenderedEye.Pupil(bright));
        List<double> centre = [], radius = [];
        int open = 0, blinks = 0, hits = 0, falsely = 0;
        for (int frame = 0; frame < Frames; frame++)
        {
            eye.Next(frame);
            PupilObservation seen = tracker.Track(eye.Picture);
            // Between those the lid hides a part of the pupil: either answer is right.
            if (eye.Truth.VisibleShare < 0.4)
            {
                blinks++;
                if (seen.Blink) hits++;
            }
            else if (eye.Truth.VisibleShare > 0.7 && seen.Blink)
            {
                falsely++;
            }

            if (eye.Truth.VisibleShare < 1) continue;
            open++;
            if (!seen.Found) continue;
            centre.Add(Math.Sqrt(Math.Pow(seen.Pupil.CentreX - eye.Truth.CentreX, 2) + Math.Pow(seen.Pupil.CentreY - eye.Truth.CentreY, 2)));
            radius.Add(Math.Abs((seen.Pupil.Major / 2 / eye.Truth.RadiusPx) - 1));
        }

        centre.Sort();
        radius.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"found {centre.Count} of {open}; medians: centre {centre[centre.Count / 2]:F2} px, radius {100 * radius[radius.Count / 2]:F2} %; blinks {hits} of {blinks}, {falsely} falsely"));
        Assert.True(centre.Count >= 0.97 * open);
        Assert.True(centre[centre.Count / 2] < 0.3);
        Assert.True(radius[radius.Count / 2] < 0.015);
        Assert.True(hits >= 0.95 * blinks);
        Assert.True(hits >= 0.9 * (hits + falsely));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Track_LidHidesAThirdOfThePupil_StillFindsItsOutline(bool bright)
    {
        EyeRenderer renderer = new(new EyeCameraOptions { Width = 640, Height = 480, BrightPupil = bright, Whiskers = 3 });
        PupilTracker tracker = new(640, 480, RenderedEye.Pupil(bright));
        Image picture = new(640, 480, 1);
        EyePose pose = new(2, 5, 55);
        while (renderer.Projection.Pupil(pose).VisibleShare > 0.75) pose = pose with { LidOpening = pose.LidOpening - 0.01 };
        PupilOutline truth = renderer.Projection.Pupil(pose);
        renderer.Render(pose, 0, picture.Pixels);
        PupilObservation seen = tracker.Track(picture);
        Assert.True(seen.Confidence > 0.4);
        Assert.Equal(truth.CentreX, seen.Pupil.CentreX, 2.0);
        Assert.Equal(truth.CentreY, seen.Pupil.CentreY, 3.0);
        Assert.Equal(truth.RadiusPx, seen.Pupil.Major / 2, 0.05 * truth.RadiusPx);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Track_RenderedEye_FindsTheReflectionNearestToThePupil(bool bright)
    {
        EyeRenderer renderer = new(new EyeCameraOptions { Width = 640, Height = 480, BrightPupil = bright, Lamps = 2 });
        PupilTracker tracker = new(640, 480, RenderedEye.Pupil(bright));
        Image picture = new(640, 480, 1);
        EyePose pose = new(-2, 3, 50);
        renderer.Render(pose, 0, picture.Pixels);
        PupilObservation seen = tracker.Track(picture);
        (double x, double y) = Enumerable.Range(0, 2).Select(lamp => renderer.Projection.Reflection(pose, lamp))
            .MinBy(r => Math.Pow(r.X - seen.Pupil.CentreX, 2) + Math.Pow(r.Y - seen.Pupil.CentreY, 2));
        Assert.Equal(x, seen.ReflectionX, 0.7);
        Assert.Equal(y, seen.ReflectionY, 0.7);
    }

    [Theory]
    [InlineData("natural_video/udacity_solidWhiteRight.mp4")]
    [InlineData("worldcam/gopro_karma.mp4")]
    [InlineData("worldcam/gopro_max-heromode.mp4")]
    public void Track_VideoWithoutAnEye_IsUnsure(string file)
    {
        using VideoFile video = new(SharedData.Path(file));
        Image frame = new(video.Width, video.Height, 3), grey = new(video.Width, video.Height, 1);
        PupilTracker dark = new(video.Width, video.Height, RenderedEye.Pupil(false)), bright = new(video.Width, video.Height, RenderedEye.Pupil(true));
        int frames = 0, found = 0;
        for (; frames < 120 && video.TryRead(frame, out _); frames++)
        {
            Imaging.Grey(frame, grey);
            found += (dark.Track(grey).Found ? 1 : 0) + (bright.Track(grey).Found ? 1 : 0);
        }

        Assert.InRange(found, 0, frames / 50);
    }

    [Fact]
    public void Track_Noise_IsUnsure()
    {
        Image picture = new(320, 240, 1);
        PupilTracker tracker = new(320, 240, new PupilTrackerOptions());
        Random random = new(5);
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(picture.Pixels);
            PupilObservation seen = tracker.Track(picture);
            Assert.False(seen.Found);
            Assert.InRange(seen.Confidence, 0, 0.4);
        }
    }
}
