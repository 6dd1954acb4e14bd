using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class MountingTests
{
    [Theory]
    [InlineData(0, 0, 1, 0, 0)]      // upright
    [InlineData(0.5, 0, 0.866, 30, 0)]   // the nose's axis has a part along up: nose up
    [InlineData(-0.5, 0, 0.866, -30, 0)]
    [InlineData(0, 0.5, 0.866, 0, 30)]   // the left ear's axis has a part along up: left ear up, right ear down
    [InlineData(0, -0.5, 0.866, 0, -30)]
    [InlineData(0, 0, -1, 0, 180)]
    public void Angles_OfUp_HaveTheSignsOfBehaviourVariables(double x, double y, double z, double pitch, double roll)
    {
        (double p, double r) = Mounting.Straight.Angles(new Vector3D(x, y, z));
        Assert.Equal(pitch, p, 0.01);
        Assert.Equal(roll, r, 0.01);
    }

    [Fact]
    public void Angles_SensorOnItsSide_AreThoseOfTheHead()
    {
        // The sensor's -y shows forward, its x up.
        Mounting mounting = new(new Vector3D(0, -1, 0), new Vector3D(1, 0, 0));
        (double pitch, double roll) = mounting.Angles(new Vector3D(0.866, -0.5, 0)); // up has a part along the nose
        Assert.Equal(30, pitch, 0.01);
        Assert.Equal(0, roll, 0.01);
    }

    [Fact]
    public void Create_ForwardNotLevel_IsMadeSo()
    {
        Mounting mounting = new(new Vector3D(1, 0, 0.3), new Vector3D(0, 0, 9.8));
        Assert.Equal(new Vector3D(1, 0, 0), mounting.ToHead(new Vector3D(1, 0, 0)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0, 1, "forward")]
    [InlineData(1, 0, 0, 0, 0, 0, "up")]
    [InlineData(0, 0, 1, 0, 0, 1, "forward")]
    [InlineData(double.NaN, 0, 1, 0, 0, 1, "forward")]
    public void Create_NoDirection_NamesTheKey(double fx, double fy, double fz, double ux, double uy, double uz, string key)
        => Assert.StartsWith(key, Assert.Throws<LoopRigException>(() => new Mounting(new Vector3D(fx, fy, fz), new Vector3D(ux, uy, uz))).Message);
}
