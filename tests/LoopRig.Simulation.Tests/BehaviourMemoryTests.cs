using LoopRig.Simulation.Neurons;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class BehaviourMemoryTests
{
    [Fact]
    public void Add_AfterAStep_AnswersAtOnceAndAgainAfterTheDelay()
    {
        var memory = new BehaviourMemory(0.16); // ten ticks
        double[] seen = [.. Enumerable.Range(0, 40).Select(tick =>
        {
            double[] signals = [tick < 5 ? 0.0 : 1.0, 0, 0, 0, 0, 0];
            memory.Add(signals);
            return signals[0];
        })];
        Assert.All(seen[..5], static value => Assert.Equal(0, value));
        Assert.All(seen[5..15], static value => Assert.Equal(1, value, 1e-9));
        Assert.True(seen[15] > 10 && seen[16] < seen[15], $"{seen[15]}, {seen[16]}");
        Assert.Equal(1, seen[39], 0.05);
    }
}
