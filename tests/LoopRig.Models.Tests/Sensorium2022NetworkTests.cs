using LoopRig.Core;
using LoopRig.Models.Sensorium;
using LoopRig.Torch;
using LoopRig.Torch.Tests.Formats;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class Sensorium2022NetworkTests
{
    private static readonly Sensorium2022Spec s_small = new()
    {
        Inputs = Sensorium2022Spec.PublishedInputs(behaviour: true, height: 17, width: 23),
        UnitIds = NetworkSpec.NumberedUnits(12),
        Session = "s",
        Channels = 6,
        Layers = 3,
        InputKernel = 5,
        HiddenKernel = 3,
        GridCoordinates = 0,
        ShifterHidden = 4,
        ShifterLayers = 2,
    };

    [Theory]
    [InlineData(true, 17, 23, 4)]
    [InlineData(false, 9, 40, 1)]
    public void Step_UnusualSizes_EqualsForwardFrameByFrame(bool behaviour, int height, int width, int batch)
    {
        Sensorium2022Spec spec = s_small with { Inputs = Sensorium2022Spec.PublishedInputs(behaviour, height, width) };
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 1);
        Tensor[] frames = Frames(spec, batch, seed: 1);
        (Tensor output, Tensor[] state) = network.Step(frames, network.InitialState(batch));
        Assert.Equal([batch, 12], output.Shape);
        Assert.Empty(state);
        Assert.Equal(network.Forward([.. frames.Select(frame => frame.Unsqueeze(1))], training: false).ToArray(), output.ToArray());
        Assert.All(output.ToArray(), rate => Assert.True(rate > 0));
    }

    [Fact]
    public void Freeze_ManyFrames_EqualsPure()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 2);
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        for (int t = 0; t < 5; t++)
        {
            Tensor[] frame = Frames(s_small, 1, seed: t);
            for (int i = 0; i < frame.Length; i++)
                frame[i].AsSpan().CopyTo(frozen.Input(i));
            frozen.Run();
            float[] expected = network.Step(frame, []).Output.ToArray();
            for (int u = 0; u < expected.Length; u++)
                Assert.Equal(expected[u], frozen.Output[u], 1e-5f);
            Assert.False(frozen.IsWarmingUp);
        }
    }

    [Fact]
    public void Forward_Training_ReachesEveryParameter()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small with { GridCoordinates = 3 }, seed: 3);
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        Tensor[] windows = [.. Frames(s_small, 5, seed: 4).Select(frame => frame.Unsqueeze(1))];
        LibTorch.ManualSeed(1);
        Tensor first = network.Forward(windows, training: true);
        LibTorch.ManualSeed(2);
        Assert.NotEqual(first.ToArray(), network.Forward(windows, training: true).ToArray()); // positions are drawn
        Functional.Sum(first).Backward();
        foreach ((string name, Tensor parameter) in network.Parameters)
            Assert.True(parameter.Grad is not null, name);
    }

    [Fact]
    public void Freeze_PublishedWeights_EqualsPureOnRawInputs()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Load(TestFolder.Shared("data/mouse_v1_networks/sensorium_p_sota_model.pth"));
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        Tensor[] frame = Frames((Sensorium2022Spec)network.Spec, 1, seed: 9);
        for (int i = 0; i < frame.Length; i++)
            frame[i].AsSpan().CopyTo(frozen.Input(i));
        frozen.Run();
        float[] expected = network.Step(frame, []).Output.ToArray();
        Assert.Equal(7538, frozen.Output.Length);
        for (int u = 0; u < expected.Length; u++)
            Assert.True(Math.Abs(expected[u] - frozen.Output[u]) <= 1e-4 * (1 + expected[u]), $"unit {u}: {frozen.Output[u]}, not {expected[u]}");
    }

    [Fact]
    public void Create_SpecThatMakesNoNetwork_NamesTheReason()
    {
        Assert.Contains("hiddenKernel odd", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { HiddenKernel = 4 }, 1)).Message);
        Assert.Contains("smaller than the first kernel", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { InputKernel = 18 }, 1)).Message);
    }

    private static Tensor[] Frames(Sensorium2022Spec spec, int batch, int seed)
    {
        Random random = new(seed);
        return [.. spec.Inputs.Select(input => Tensor.FromArray([.. Enumerable.Range(0, batch * input.Length).Select(_ => random.NextSingle() * 2 - 1)], FrozenStep.ShapeOf(input, batch)))];
    }
}
