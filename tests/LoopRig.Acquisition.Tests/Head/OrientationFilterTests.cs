using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class OrientationFilterTests
{
    private const double Degree = Math.PI / 180;

    private static OrientationFilter Filter() => new(new OrientationOptions());

    [Fact]
    public void Update_MovingHead_FollowsIt()
    {
        HeadMotion motion = new();
        Assert.InRange(motion.Run(Filter(), 0, 30, 500, judgedFromS: 0), 0, 0.1);
    }

    [Theory]
    [InlineData(1, 0, 0, 90)]
    [InlineData(0, 1, 0, 180)]
    [InlineData(1, 2, -3, 77)]
    [InlineData(-5, 1, 0.5, 140)]
    public void Update_SensorTurnedOnTheHead_TurnsTheAnswer(double x, double y, double z, double degrees)
    {
        Vector3D axis = new(x, y, z);
        Rotation mounted = Rotation.By(axis * (degrees * Degree / axis.Length));
        Vector3D bias = new(0.01, -0.02, 0.015);
        Func<double, Vector3D> push = t => new Vector3D(4 * Math.Sin(20 * t), 3 * Math.Cos(31 * t), Math.Sin(7 * t));
        HeadMotion straight = new() { Bias = bias, Push = push };
        HeadMotion turned = new() { Bias = mounted.Apply(bias), Push = push, SensorFromHead = mounted };
        OrientationFilter a = Filter(), b = Filter();
        for (int i = 0; i < 20 * 300; i++)
        {
            double t = i / 300.0;
            a.Update((long)(t * 1e9), straight.RateAt(t, 1 / 300.0), straight.AccelerationAt(t));
            b.Update((long)(t * 1e9), turned.RateAt(t, 1 / 300.0), turned.AccelerationAt(t));
            Assert.InRange(Vector3D.AngleDeg(mounted.Apply(a.Up), b.Up), 0, 1e-3);
        }

        Assert.InRange((mounted.Apply(a.Bias) - b.Bias).Length / Degree, 0, 1e-4);
    }

    [Fact]
    public void Update_RestWithBias_FindsItWithinSeconds()
    {
        Vector3D bias = new(2 * Degree, -1 * Degree, 0.5 * Degree);
        HeadMotion still = new() { Amount = 0, Bias = bias };
        OrientationFilter filter = Filter();
        still.Run(filter, 0, 10, 200, 0);
        Assert.True(filter.AtRest);
        Assert.InRange((filter.Bias - bias).Length / Degree, 0, 0.02);
    }

    [Fact]
    public void Update_MotionWithBias_FindsItWithoutRest()
    {
        Vector3D bias = new(0.8 * Degree, -0.5 * Degree, 0.6 * Degree);
        HeadMotion moving = new() { Bias = bias };
        OrientationFilter filter = Filter();
        double most = moving.Run(filter, 0, 120, 100, judgedFromS: 60);
        Assert.False(filter.AtRest);
        Vector3D off = (filter.Bias - bias) * (1 / Degree);
        Assert.InRange(Math.Abs(off.X), 0, 0.05);
        Assert.InRange(Math.Abs(off.Y), 0, 0.05);
        Assert.InRange(Math.Abs(off.Z), 0, 0.6); // along the mean vertical it shows only while the head is tilted, and tilts nothing
        Assert.InRange(most, 0, 0.5);
    }

    [Fact]
    public void Update_BurstsOfAcceleration_MoveItLittle()
    {
        // Every second for 0.2 s a push of 8 m/s2 and its brake: a hop. By the accelerometer alone up would be off by 39 degrees.
        HeadMotion hopping = new() { Push = t => t % 1 < 0.1 ? new Vector3D(8, 0, 3) : t % 1 < 0.2 ? new Vector3D(-8, 0, -3) : default };
        double most = hopping.Run(Filter(), 0, 40, 500, judgedFromS: 3);
        Assert.InRange(most, 0, 0.5);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(30_000)]
    public void Update_OtherRateOfSamples_GivesTheSameAnswer(double rateHz)
    {
        HeadMotion motion = new() { Bias = new Vector3D(0.01, 0.005, -0.01), Push = t => new Vector3D(2 * Math.Sin(9 * t), 0, Math.Cos(5 * t)) };
        OrientationFilter slow = Filter(), fast = Filter();
        int ratio = (int)(rateHz / 100);
        for (int i = 0; i < 20 * 100; i++)
        {
            double t = i / 100.0;
            slow.Update((long)(t * 1e9), motion.RateAt(t, 0.01), motion.AccelerationAt(t));
            for (int k = 1 - ratio; k <= 0; k++)
            {
                double s = t + (k / rateHz);
                if (s >= 0) fast.Update((long)Math.Round(s * 1e9), motion.RateAt(s, 1 / rateHz), motion.AccelerationAt(s));
            }

            if (t > 3) Assert.InRange(Vector3D.AngleDeg(slow.Up, fast.Up), 0, 0.3);
        }

        Assert.InRange((slow.Bias - fast.Bias).Length / Degree, 0, 0.05);
    }

    [Fact]
    public void Update_JitteringTimes_GiveTheSameAnswer()
    {
        HeadMotion motion = new();
        Random random = new(3);
        OrientationFilter filter = Filter();
        double before = 0, most = 0;
        for (int i = 1; i < 30 * 110; i++)
        {
            double time = (i + (random.NextDouble() * 0.98)) / 110; // steps of 0.2 to 18 ms
            filter.Update((long)(time * 1e9), motion.RateAt(time, time - before), motion.AccelerationAt(time));
            before = time;
            most = Math.Max(most, Vector3D.AngleDeg(filter.Up, motion.UpAt(time)));
        }

        // A step much longer than the one before is taken for a lost sample, its rate for one that lay between its neighbours.
        Assert.InRange(most, 0, 2);
    }

    [Fact]
    public void Update_LostSamples_IntegratesOverTheTrueTime()
    {
        HeadMotion motion = new();
        OrientationFilter filter = Filter();
        double most = motion.Run(filter, 0, 30, 500, judgedFromS: 0, keep: i => i % 50 >= 10); // 20 ms of each 100 ms are missing
        Assert.InRange(most, 0, 1.5);
        Assert.Equal(0, filter.GapRestarts);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(10)]
    [InlineData(3000)]
    public void Update_AfterAGap_IsRightWithinASecond(double gapS)
    {
        HeadMotion motion = new() { Push = t => new Vector3D(2 * Math.Sin(25 * t), 2 * Math.Cos(19 * t), 0), Bias = new Vector3D(0.01, 0, -0.01) };
        OrientationFilter filter = Filter();
        motion.Run(filter, 0, 20, 200, 0);
        Vector3D bias = filter.Bias;
        double back = 20 + gapS;
        double most = motion.Run(filter, back, back + 10, 200, judgedFromS: back + 1);
        Assert.Equal(1, filter.GapRestarts);
        Assert.InRange(most, 0, 3);
        Assert.InRange((filter.Bias - bias).Length / Degree, 0, 0.2);
    }

    [Theory]
    [InlineData(1, 0, 0, 180)]
    [InlineData(0, 1, 0, 180)]
    [InlineData(1, 1, 1, 180)]
    [InlineData(0, 1, 0, 120)]
    [InlineData(1, 0, 0, 90)]
    public void Update_SourceTurnedWithoutTheGyroscopeTelling_IsRightWithinASecond(double x, double y, double z, double degrees)
    {
        Vector3D axis = new(x, y, z);
        HeadMotion before = new() { Push = t => new Vector3D(Math.Sin(25 * t), Math.Cos(19 * t), 0) };
        HeadMotion after = new() { Push = before.Push, SensorFromHead = Rotation.By(axis * (degrees * Degree / axis.Length)) };
        OrientationFilter filter = Filter();
        before.Run(filter, 0, 20, 200, 0);
        double most = after.Run(filter, 20, 30, 200, judgedFromS: 21);
        Assert.InRange(filter.UpsetRestarts, 1, 2);
        Assert.InRange(most, 0, 3);
    }

    [Fact]
    public void Update_StillSensorTurnedALittle_IsRightWithinTwoSeconds()
    {
        HeadMotion before = new() { Amount = 0 };
        HeadMotion after = new() { Amount = 0, SensorFromHead = Rotation.By(new Vector3D(15 * Degree, 0, 0)) };
        OrientationFilter filter = Filter();
        before.Run(filter, 0, 10, 200, 0);
        Assert.InRange(after.Run(filter, 10, 15, 200, judgedFromS: 12), 0, 0.5);
    }

    [Fact]
    public void Update_ViolentShaking_IsNotTakenForAnUpset()
    {
        // 40 m/s2 at 3 Hz and 10 cm either way: more than any animal does.
        HeadMotion shaken = new() { Push = t => new Vector3D(40 * Math.Sin(2 * Math.PI * 3 * t), 20 * Math.Cos(2 * Math.PI * 2 * t), 0) };
        OrientationFilter filter = Filter();
        double most = shaken.Run(filter, 0, 30, 300, judgedFromS: 3);
        Assert.Equal(0, filter.UpsetRestarts);
        Assert.InRange(most, 0, 10);
    }

    [Fact]
    public void Update_Garbage_ChangesNothing()
    {
        HeadMotion motion = new();
        OrientationFilter filter = Filter(), spoilt = Filter();
        for (int i = 0; i < 2000; i++)
        {
            double t = i / 200.0;
            long ns = (long)(t * 1e9);
            Assert.True(filter.Update(ns, motion.RateAt(t, 0.005), motion.AccelerationAt(t)));
            Assert.True(spoilt.Update(ns, motion.RateAt(t, 0.005), motion.AccelerationAt(t)));
            Assert.False(spoilt.Update(ns + 1000, new Vector3D(double.NaN, 0, 0), motion.AccelerationAt(t)));
            Assert.False(spoilt.Update(ns + 1000, new Vector3D(double.PositiveInfinity, 0, 0), motion.AccelerationAt(t)));
            Assert.False(spoilt.Update(ns + 1000, new Vector3D(1e6, 0, 0), motion.AccelerationAt(t)));
            Assert.False(spoilt.Update(ns, motion.RateAt(t, 0.005), motion.AccelerationAt(t))); // twice
            Assert.False(spoilt.Update(ns - 3_000_000, motion.RateAt(t, 0.005), motion.AccelerationAt(t))); // too late
        }

        Assert.Equal(filter.Up, spoilt.Up);
    }

    [Fact]
    public void Update_NoAccelerometerForAWhile_GoesOnByTheGyroscope()
    {
        HeadMotion motion = new();
        OrientationFilter filter = Filter();
        motion.Run(filter, 0, 10, 200, 0);
        double most = 0;
        for (int i = 2000; i < 2400; i++)
        {
            double t = i / 200.0;
            Assert.True(filter.Update((long)(t * 1e9), motion.RateAt(t, 0.005), i % 2 == 0 ? new Vector3D(double.NaN, 0, 0) : new Vector3D(0, 0, 1e9)));
            most = Math.Max(most, Vector3D.AngleDeg(filter.Up, motion.UpAt(t)));
        }

        Assert.InRange(most, 0, 1);
    }

    [Fact]
    public void Deviation_FromStartToRest_Shrinks()
    {
        HeadMotion still = new() { Amount = 0 };
        OrientationFilter filter = Filter();
        still.Run(filter, 0, 0.02, 200, 0);
        Assert.InRange(filter.Deviation / Degree, 5, 30);
        still.Run(filter, 0.02, 20, 200, 0);
        Assert.InRange(filter.Deviation / Degree, 0, 0.6);
    }

    [Fact]
    public void Update_AfterWarmUp_AllocatesNothing()
    {
        OrientationFilter filter = Filter();
        Vector3D rate = new(0.1, 0, 0), acceleration = new(0, 0, 9.8);
        for (int i = 0; i < 1000; i++) filter.Update(i * 1_000_000L, rate, acceleration);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1000; i < 20_000; i++) filter.Update(i * 1_000_000L, rate, acceleration);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
