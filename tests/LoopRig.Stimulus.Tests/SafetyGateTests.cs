using LoopRig.Stimulus.Live;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class SafetyGateTests
{
    [Fact]
    public void Judge_TooBright_IsStoppedAtOnce()
    {
        var gate = new SafetyGate(new SafetyLimits { MostMeanLevel = 0.8 }, 60);
        Assert.Equal(SafetyVerdict.Safe, gate.Judge(0.79));
        Assert.Equal(SafetyVerdict.TooBright, gate.Judge(0.81));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(30, false)]
    public void Judge_Flashes_AreCountedASecond(double flashesPerS, bool safe)
    {
        var gate = new SafetyGate(new SafetyLimits { MostFlashesPerS = 3 }, 60);
        var verdicts = Enumerable.Range(0, 240).Select(i => gate.Judge((int)(i * 2 * flashesPerS / 60) % 2 == 0 ? 0 : 1)).ToArray();
        Assert.Equal(safe, verdicts.All(v => v == SafetyVerdict.Safe));
        Assert.True(safe || verdicts.Contains(SafetyVerdict.TooFast));
    }

    [Fact]
    public void Judge_SlowSineOfSmallContrast_IsNoFlash()
    {
        var gate = new SafetyGate(new SafetyLimits { MostFlashesPerS = 1 }, 60);
        Assert.All(Enumerable.Range(0, 600), i => Assert.Equal(SafetyVerdict.Safe, gate.Judge(0.5 + 0.04 * Math.Sin(i))));
    }

    [Fact]
    public void Judge_TooLong_IsStopped()
    {
        var gate = new SafetyGate(new SafetyLimits { MostSeconds = 1 }, 60);
        Assert.All(Enumerable.Range(0, 60), _ => Assert.Equal(SafetyVerdict.Safe, gate.Judge(0.5)));
        Assert.Equal(SafetyVerdict.TooLong, gate.Judge(0.5));
        gate.Begin();
        Assert.Equal(SafetyVerdict.Safe, gate.Judge(0.5));
    }
}
