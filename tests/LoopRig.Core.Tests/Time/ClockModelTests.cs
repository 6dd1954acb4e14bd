using Xunit;

namespace LoopRig.Core.Tests.Time;

public sealed class ClockModelTests
{
    private const long Ms = RigClock.MillisecondNs;

    [Theory]
    [InlineData(50e-6)]
    [InlineData(-50e-6)]
    public void ToRig_OfADriftingClockOverAnHour_StaysWithinTheDelayAndTwoMilliseconds(double drift)
    {
        var random = new Random(1);
        var clock = new ClockModel(isRigClock: false);
        for (var host = 0L; host < 3600 * RigClock.SecondNs; host += 10 * Ms)
        {
            var device = (long)(host * (1 + drift)) + 77 * RigClock.SecondNs;
            var delay = (long)(random.NextDouble() * 3 * Ms);
            clock.Observe(device, host + delay, 0);
            Assert.InRange(clock.ToRig(device) - host, -2 * Ms, 3 * Ms + 2 * Ms);
        }
    }

    [Fact]
    public void ToRig_AfterOneGlitchForward_IsRightAgainWithinTwentySeconds()
    {
        var clock = new ClockModel(isRigClock: false);
        for (var host = 0L; host <= 21 * RigClock.SecondNs; host += 10 * Ms)
        {
            clock.Observe(host == 0 ? host + 500 * Ms : host, host, 0);
        }
        Assert.Equal(21 * RigClock.SecondNs, clock.ToRig(21 * RigClock.SecondNs));
    }

    [Fact]
    public void Observe_OfANewEpoch_ForgetsTheOldOffset()
    {
        var clock = new ClockModel(isRigClock: false);
        clock.Observe(1000, 1500, 0);
        clock.Observe(20, 9020, 1);
        Assert.Equal(9000, clock.OffsetNs);
    }

    [Fact]
    public void ToRig_OfTheRigClock_IsTheTimeItself()
    {
        var clock = new ClockModel(isRigClock: true);
        clock.Observe(1000, 1500, 0);
        Assert.Equal(1234, clock.ToRig(1234));
    }
}
