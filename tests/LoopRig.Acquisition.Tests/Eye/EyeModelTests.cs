using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Simulation.EyeVideo;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class EyeModelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Angles_PupilOfAKnownEye_AreThePose(bool noseIsLeft)
    {
        EyeProjection eye = new(new EyeCameraOptions { Width = 640, Height = 480, NoseIsLeft = noseIsLeft, CameraAzimuthDeg = -14, CameraElevationDeg = 6, DistanceRadii = 1e6 });
        // The resting gaze, seen from a camera at (-14, 6) deg of it.
        PupilOutline rest = eye.Pupil(new EyePose(0, 0, 40));
        double side = noseIsLeft ? -1 : 1;
        EyeModel model = new(eye.EyeX, eye.EyeY, eye.Radius, side * (rest.CentreX - eye.EyeX) / eye.Radius, (eye.EyeY - rest.CentreY) / eye.Radius);
        foreach ((double theta, double phi) in new[] { (0.0, 0.0), (15.0, 0.0), (-15.0, 0.0), (0.0, 12.0), (10.0, -10.0), (-18.0, 14.0) })
        {
            PupilOutline pupil = eye.Pupil(new EyePose(theta, phi, 40));
            (double seenTheta, double seenPhi) = model.Angles(pupil.CentreX, pupil.CentreY, noseIsLeft);
            Assert.Equal(theta, seenTheta, 0.4); // the camera's up is not quite the head's where it looks from the side
            Assert.Equal(phi, seenPhi, 0.5);
        }
    }

    [Fact]
    public void Angles_PupilOutsideTheEye_AreNaN()
    {
        (double theta, double phi) = new EyeModel(100, 100, 50, 0, 0).Angles(151, 100, false);
        Assert.True(double.IsNaN(theta) && double.IsNaN(phi));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-12, 8)]
    [InlineData(20, -5)]
    public void TryFit_OutlinesWithNoise_RecoversCentreAndRadius(double cameraAzimuth, double cameraElevation)
    {
        EyeProjection eye = new(new EyeCameraOptions { Width = 640, Height = 480, CameraAzimuthDeg = cameraAzimuth, CameraElevationDeg = cameraElevation });
        EyeCalibrator calibrator = Fill(eye, 2000, 20);
        Assert.True(calibrator.TryFit(out EyeCalibration fit));
        Assert.True(fit.IsGood);
        Assert.Equal(eye.EyeX, fit.Model.CentreX, 0.02 * eye.Radius);
        Assert.Equal(eye.EyeY, fit.Model.CentreY, 0.02 * eye.Radius);
        Assert.Equal(eye.Radius, fit.Model.RadiusPx, 0.03 * eye.Radius);
    }

    [Fact]
    public void TryFit_EyeThatHardlyMoves_IsNotGood()
    {
        EyeProjection eye = new(new EyeCameraOptions { Width = 640, Height = 480 });
        EyeCalibrator calibrator = Fill(eye, 2000, 1.5);
        Assert.False(calibrator.TryFit(out EyeCalibration fit) && fit.IsGood);
    }

    [Fact]
    public void TryFit_AgainAndAgain_AllocatesNothing()
    {
        EyeCalibrator calibrator = Fill(new(new EyeCameraOptions { Width = 640, Height = 480 }), 1000, 15);
        calibrator.TryFit(out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) calibrator.TryFit(out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Read_WhatWriteWrote_IsTheSame()
    {
        string path = Path.Combine(Path.GetTempPath(), $"looprig-eye-{Guid.NewGuid():N}.json");
        try
        {
            EyeModelFile written = new() { Width = 640, Height = 480, NoseIsLeft = true, Model = new EyeModel(300, 200, 150, 0.1, -0.05), CentreErrorDeg = 0.2, RadiusError = 0.01, Frames = 900 };
            written.Write(path);
            Assert.Equal(written, EyeModelFile.Read(path, 640, 480, noseIsLeft: true));
            Assert.Contains("640x480", Assert.Throws<DeviceException>(() => EyeModelFile.Read(path, 320, 240, noseIsLeft: true)).Message);
            File.WriteAllText(path, "{ \"width\": 640 }");
            Assert.Contains(path, Assert.Throws<DataFileException>(() => EyeModelFile.Read(path, 640, 480, noseIsLeft: true)).Message);
            File.WriteAllText(path, "not json");
            Assert.Throws<DataFileException>(() => EyeModelFile.Read(path, 640, 480, noseIsLeft: true));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Outlines with errors of the size that the tracker makes.
    private static EyeCalibrator Fill(EyeProjection eye, int frames, double reachDeg)
    {
        EyeCalibrator calibrator = new(640, 480, noseIsLeft: false);
        Random random = new(7);
        for (int i = 0; i < frames; i++)
        {
            PupilOutline p = eye.Pupil(new EyePose(((2 * random.NextDouble()) - 1) * reachDeg, ((2 * random.NextDouble()) - 1) * reachDeg, 45));
            double Error() => (random.NextDouble() - 0.5) * 0.8;
            calibrator.Add(new PupilObservation(true, new Ellipse(p.CentreX + Error(), p.CentreY + Error(), (2 * p.RadiusPx) + Error(), (2 * p.MinorRadiusPx) + Error(), p.AngleDeg), 0.9, false, 0, 0));
        }

        return calibrator;
    }
}
