using LoopRig.Models;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis.Tests;

public sealed class XuProbeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Respond_WithoutChance_GivesResponsesAndGradientsOfTheWhole(int window)
    {
        using Scope scope = new();
        using INetwork network = Networks.Xu(window);
        using Generator generator = new(5);
        foreach ((string name, Tensor tensor) in network.Weights.Buffers)
            if (name.EndsWith("running_var", StringComparison.Ordinal)) tensor.CopyFrom(Tensor.Rand(tensor.Shape, generator) + 0.5);
        Tensor[] windows = [Tensor.Rand([4, window, 1, 20, 24], generator), Tensor.Randn([4, window, 2], generator), Tensor.Randn([4, window, 4], generator) * 5];
        foreach (Tensor input in windows)
            input.RequiresGrad = true;
        using IProbe probe = network.Probe(ProbedUnits.All([2, 0]));
        Tensor expected = network.Forward(windows, training: false).IndexSelect(1, Tensor.FromArray<long>([2, 0])), actual = probe.Respond(windows);
        Assert.True(F.Max(F.Abs(expected - actual)).Item() < 1e-5);
        Tensor?[] wanted = Autograd.Grad([F.Sum(F.Square(expected))], windows), given = Autograd.Grad([F.Sum(F.Square(actual))], windows);
        for (int i = 0; i < windows.Length; i++)
            Assert.True(F.Max(F.Abs(wanted[i]! - given[i]!)).Item() < 1e-5);
    }

    [Fact]
    public void Respond_WithChance_DropsAsTheSpecSaysAndRepeatsBySeed()
    {
        using Scope scope = new();
        using INetwork network = Networks.Xu();
        using Generator generator = new(5);
        Tensor[] windows = [Tensor.Rand([256, 1, 1, 20, 24], generator), Tensor.Zeros(256, 1, 2), Tensor.Zeros(256, 1, 4)];
        using IProbe probe = network.Probe(ProbedUnits.All([0]));
        float[] steady = probe.Respond(windows).ToArray();
        LibTorch.ManualSeed(4);
        float[] once = probe.Respond(windows, new Random(1)).ToArray(), other = probe.Respond(windows, new Random(1)).ToArray();
        LibTorch.ManualSeed(4);
        Assert.Equal(once, probe.Respond(windows, new Random(1)).ToArray());
        Assert.NotEqual(once, other);
        double spread = once.Zip(steady, static (a, b) => Math.Abs(a - b)).Average();
        Assert.Equal(steady.Average(), once.Average(), spread); // unbiased but for what lies behind the dropout
    }
}
