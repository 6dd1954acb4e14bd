using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class MonitorGeometryTests
{
    // The fixtures of the perspective network: a screen at 0.5 half widths, upright.
    private static readonly MonitorGeometry s_near = new(new MonitorDescription { WidthCm = 2, HeightCm = 1.125, DistanceCm = 1 });

    [Theory]
    [InlineData(0.006818, 0.006835, 0.999953, 0.003409, 0.003418)]
    [InlineData(0.005993, -0.763109, 0.646242, 0.004637, -0.590420)]
    [InlineData(0.964130, 0.005061, 0.265381, 1.816502, 0.009535)]
    public void Project_RaysOfThePublishedRetina_MeetTheScreenWhereTheNetworkSaysTheyDo(double x, double y, double z, double u, double v)
    {
        var geometry = new MonitorGeometry(new MonitorDescription { WidthCm = 2, HeightCm = 1.125, DistanceCm = 0.5 });
        var point = geometry.Project(new EyeVector(x, y, z));
        Assert.Equal(u, point.U, 3e-6);
        Assert.Equal(v, point.V, 3e-6);
    }

    [Fact]
    public void Axes_OfATurnedScreen_AreThoseOfTheNetworksRotation()
    {
        const double Deg = 180 / Math.PI;
        var geometry = new MonitorGeometry(new MonitorDescription { TiltDeg = 0.1 * Deg, PanDeg = 0.2 * Deg, RollDeg = 0.3 * Deg });
        AssertVector(geometry.AxisX, 0.936293, 0.289629, -0.198669);
        AssertVector(geometry.AxisY, -0.275096, 0.956425, 0.097843);
        AssertVector(geometry.AxisZ, 0.218351, -0.036957, 0.975170);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 45, 0)]
    [InlineData(0, -0.5, 0, 26.565)]
    [InlineData(-1, -0.5, -45, 19.471)]
    public void AngleOf_UprightScreen_IsAzimuthAndElevation(double u, double v, double azimuth, double elevation)
    {
        var angle = s_near.AngleOf(new ScreenPoint(u, v));
        Assert.Equal(azimuth, angle.AzimuthDeg, 1e-3);
        Assert.Equal(elevation, angle.ElevationDeg, 1e-3);
    }

    [Theory]
    [InlineData(Correction.Spherical)]
    [InlineData(Correction.Flat)]
    public void PointOf_AngleOfAPoint_IsThePoint(Correction correction)
    {
        var geometry = new MonitorGeometry(new MonitorDescription { TiltDeg = 12, PanDeg = -20, RollDeg = 5, CentreRightCm = 6, CentreUpCm = -3, Correction = correction });
        foreach (var (u, v) in new[] { (0.0, 0.0), (0.9, 0.5), (-0.7, -0.3) })
        {
            var back = geometry.PointOf(geometry.AngleOf(new ScreenPoint(u, v)));
            Assert.Equal(u, back.U, 1e-9);
            Assert.Equal(v, back.V, 1e-9);
        }
    }

    [Theory]
    [InlineData(Correction.Spherical)]
    [InlineData(Correction.Flat)]
    public void PointAbout_DegreesAboutAPlace_AreEachOthersInverse(Correction correction)
    {
        var geometry = new MonitorGeometry(new MonitorDescription { TiltDeg = 10, Correction = correction });
        var centre = new VisualAngle(20, -8);
        foreach (var offset in new[] { new VisualAngle(0, 0), new VisualAngle(5, 3), new VisualAngle(-40, 20), new VisualAngle(0.001, 0) })
        {
            var back = geometry.DegreesAbout(centre, geometry.PointAbout(centre, offset));
            Assert.Equal(offset.AzimuthDeg, back.AzimuthDeg, 1e-7);
            Assert.Equal(offset.ElevationDeg, back.ElevationDeg, 1e-7);
        }
    }

    [Fact]
    public void DegreesAbout_APlaceAside_MeasuresTheAngleBetweenTheRays()
    {
        var (a, b) = (new ScreenPoint(0.8, 0.4), new ScreenPoint(0.3, -0.2));
        var angle = Math.Acos(EyeVector.Dot(s_near.DirectionOf(a), s_near.DirectionOf(b))) * 180 / Math.PI;
        var offset = s_near.DegreesAbout(s_near.AngleOf(a), b);
        Assert.Equal(angle, Math.Sqrt(offset.AzimuthDeg * offset.AzimuthDeg + offset.ElevationDeg * offset.ElevationDeg), 1e-9);
    }

    [Fact]
    public void Extent_DefaultMonitor_IsTheScreensInDegrees()
    {
        var extent = new MonitorGeometry(new MonitorDescription()).Extent();
        Assert.Equal(Math.Atan(27.6 / 15) * 180 / Math.PI, extent.HalfWidthDeg, 0.01);
        Assert.Equal(Math.Atan(15.5 / 15) * 180 / Math.PI, extent.HalfHeightDeg, 0.01);
        Assert.Equal(Math.Atan(Math.Sqrt(27.6 * 27.6 + 15.5 * 15.5) / 15) * 180 / Math.PI, extent.ReachDeg, 0.01);
    }

    [Fact]
    public void Geometry_ScreenThatShowsItsBack_IsRefused() =>
        Assert.Contains("back", Assert.Throws<LoopRigException>(() => new MonitorGeometry(new MonitorDescription { PanDeg = 80, CentreRightCm = -200 })).Message);

    private static void AssertVector(EyeVector vector, double x, double y, double z)
    {
        Assert.Equal(x, vector.X, 1e-6);
        Assert.Equal(y, vector.Y, 1e-6);
        Assert.Equal(z, vector.Z, 1e-6);
    }
}
