using LoopRig.Core;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class XuNetworkTests
{
    private static readonly XuSpec s_small = new()
    {
        Inputs = XuSpec.InputsFor(XuBehaviour.Behaviour, shifter: true, height: 37, width: 45),
        UnitIds = NetworkSpec.NumberedUnits(6),
        Window = 4,
        Hidden = 10,
        ConvolutionChannels = [3, 5],
        ShifterHidden = 7,
    };

    [Theory]
    [InlineData(1, 60, 80, "S", true)]
    [InlineData(5, 33, 71, "B", false)]
    [InlineData(2, 100, 41, "", true)]
    public void StepAndForward_UnusualSizes_HaveTheDeclaredShapes(int batch, int height, int width, string set, bool shifter)
    {
        string[] behaviour = set switch { "S" => XuBehaviour.Small, "B" => XuBehaviour.Behaviour, _ => [] };
        XuSpec spec = s_small with { Inputs = XuSpec.InputsFor(behaviour, shifter, height, width), Window = behaviour.Length == 0 ? 1 : 3, UnitIds = NetworkSpec.NumberedUnits(9) };
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 1);
        Tensor[] windows = Windows(spec, batch);
        Assert.Equal([batch, 9], network.Forward(windows, training: false).Shape);
        (Tensor output, Tensor[] state) = network.Step(FrameOf(windows, 0), network.InitialState(batch));
        Assert.Equal([batch, 9], output.Shape);
        Assert.Equal(network.InitialState(batch).Select(tensor => tensor.Shape), state.Select(tensor => tensor.Shape));
        Assert.All(output.ToArray(), rate => Assert.True(rate >= 0 && float.IsFinite(rate)));
    }

    [Fact]
    public void Step_FrameByFrame_EqualsEachWholeWindow()
    {
        const int Frames = 9;
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 2);
        Tensor[] sequence = Windows(s_small, batch: 2, frames: Frames);
        Tensor[] state = network.InitialState(2);
        for (int t = 0; t < Frames; t++)
        {
            (Tensor output, state) = network.Step(FrameOf(sequence, t), state);
            if (t < network.WarmUpSteps) continue;
            Tensor expected = network.Forward([.. sequence.Select(input => input.Narrow(1, t - network.WarmUpSteps, s_small.Window))], training: false);
            AssertClose(expected.ToArray(), output.ToArray());
        }
    }

    [Fact]
    public void Step_BeforeTheWindowIsFull_RunsOverTheFramesThereAre()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 3);
        Tensor[] sequence = Windows(s_small, batch: 1, frames: 3);
        Tensor[] state = network.InitialState(1);
        for (int t = 0; t < 3; t++)
        {
            (Tensor output, state) = network.Step(FrameOf(sequence, t), state);
            // The same weights (the seed draws them in the same order) with a window of just these frames.
            using INetwork shorter = NetworkFile.Create(s_small with { Window = t + 1 }, seed: 3);
            AssertClose(shorter.Forward([.. sequence.Select(input => input.Narrow(1, 0, t + 1))], training: false).ToArray(), output.ToArray());
        }
    }

    [Fact]
    public void Freeze_ManySteps_EqualsPureAndMarksTheWarmUp()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 4);
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        for (int run = 0; run < 2; run++)
        {
            frozen.ResetState();
            Tensor[] state = network.InitialState(1);
            for (int t = 0; t < 8; t++)
            {
                Tensor[] inputs = FrameOf(Windows(s_small, batch: 1, frames: 1, seed: 100 * run + t), 0);
                for (int i = 0; i < inputs.Length; i++)
                    inputs[i].Contiguous().AsSpan().CopyTo(frozen.Input(i));
                frozen.Run();
                (Tensor output, state) = network.Step(inputs, state);
                AssertClose(output.ToArray(), frozen.Output.ToArray());
                Assert.Equal(t < 3, frozen.IsWarmingUp);
            }
        }
    }

    [Fact]
    public void WriteState_OfAnotherStep_GoesOnFromThere()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 5);
        using FrozenStep first = network.Freeze(Device.Cpu), second = network.Freeze(Device.Cpu);
        Random random = new(1);
        for (int t = 0; t < 5; t++)
        {
            Fill(first, random);
            first.Run();
        }
        (float[][] state, long steps) = first.ReadState();
        second.WriteState(state, steps);
        Assert.False(second.IsWarmingUp);
        Fill(first, new Random(9));
        Fill(second, new Random(9));
        first.Run();
        second.Run();
        Assert.Equal(first.Output.ToArray(), second.Output.ToArray());
    }

    [Fact]
    public void Run_TenThousandSteps_AllocatesNothing()
    {
        using INetwork network = NetworkFile.Create(s_small, seed: 6);
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        float sum = 0;
        for (int t = 0; t < 100; t++)
            frozen.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 10_000; t++)
        {
            frozen.Input(1)[0] = t;
            frozen.Run();
            sum += frozen.Output[0];
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(float.IsFinite(sum));
    }

    [Fact]
    public void Dispose_NetworkCopyAndStep_LeavesNoTensorBehind()
    {
        long before = LibTorch.LiveTensors;
        using (INetwork network = NetworkFile.Create(s_small, seed: 8))
        using (INetwork copy = network.CopyTo(Device.Cpu))
        using (FrozenStep frozen = network.Freeze(Device.Cpu))
        {
            frozen.Run();
            using Scope scope = new();
            Tensor[] windows = Windows(s_small, batch: 2);
            Assert.Equal(network.Hash, copy.Hash);
            Assert.Equal(network.Forward(windows, training: false).ToArray(), copy.Forward(windows, training: false).ToArray());
            long inside = LibTorch.LiveTensors;
            (Tensor output, Tensor[] state) = network.Step(FrameOf(windows, 0), network.InitialState(2));
            // The frame's and the first state's handles, the output and the new state: no temporary.
            Assert.Equal(inside + 3 + 2 + 1 + 2, LibTorch.LiveTensors);
        }
        Assert.Equal(before, LibTorch.LiveTensors);
    }

    [Fact]
    public void Forward_Training_DropsOutAndLearnsTheStatistics()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 7);
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        Tensor[] windows = Windows(s_small, batch: 8);
        LibTorch.ManualSeed(1);
        float[] first = network.Forward(windows, training: true).ToArray();
        LibTorch.ManualSeed(2);
        float[] second = network.Forward(windows, training: true).ToArray();
        Assert.NotEqual(first, second);
        // The encoders see each of the 4 frames as a batch, the shifter all frames as one; two forward passes.
        Assert.Equal(8, network.Weights.Buffers["bn.num_batches_tracked"].ToArray<long>()[0]);
        Assert.Equal(2, network.Weights.Buffers["shifter.layers.0.num_batches_tracked"].ToArray<long>()[0]);
        Assert.NotEqual(0, network.Weights.Buffers["visual_encoder.layers.1.running_mean"].ToArray()[0]);
    }

    [Fact]
    public void Forward_TrainingWithAFrozenEncoder_RunsOnItsStatistics()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 7);
        foreach ((string name, Tensor parameter) in network.Parameters)
            parameter.RequiresGrad = !name.StartsWith("visual_encoder.", StringComparison.Ordinal);
        Dictionary<string, string> before = Statistics(network);
        network.Forward(Windows(s_small, batch: 8), training: true);
        Dictionary<string, string> after = Statistics(network);
        Assert.All(before.Keys, name => Assert.Equal(name.StartsWith("visual_encoder.", StringComparison.Ordinal), before[name] == after[name]));
    }

    private static Dictionary<string, string> Statistics(INetwork network) => network.Weights.Buffers
        .ToDictionary(static pair => pair.Key, static pair => string.Join(' ', pair.Value.Dtype == ScalarType.Int64 ? pair.Value.ToArray<long>().Select(static count => (float)count) : pair.Value.ToArray()));

    [Fact]
    public void Create_Seed_DecidesTheWeights()
    {
        using INetwork one = NetworkFile.Create(s_small, 1), again = NetworkFile.Create(s_small, 1), other = NetworkFile.Create(s_small, 2);
        Assert.Equal(one.Hash, again.Hash);
        Assert.NotEqual(one.Hash, other.Hash);
        // PyTorch's default for a convolution of fan-in 3 * 49: uniform in +-1/sqrt(147).
        float[] weight = one.Parameters["visual_encoder.layers.4.weight"].ToArray();
        float bound = 1 / MathF.Sqrt(3 * 49);
        Assert.InRange(weight.Max(), 0.95f * bound, bound);
        Assert.InRange(weight.Min(), -bound, -0.95f * bound);
        Assert.Equal([0f, 0f, 0f], one.Parameters["shifter.bias"].ToArray());
    }

    [Fact]
    public void Create_SpecThatMakesNoNetwork_NamesTheReason()
    {
        Assert.Contains("window", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { Window = 0 }, 1)).Message);
        Assert.Contains("nothing remains", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { ConvolutionChannels = [3, 3, 3, 3] }, 1)).Message);
        Assert.Contains("units", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { UnitIds = [] }, 1)).Message);
        InputSpec[] wrong = [s_small.Inputs[0], new InputSpec { Name = "treadmill", Kind = InputKind.Vector, Variables = ["speed"] }];
        Assert.Contains("treadmill", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { Inputs = wrong }, 1)).Message);
    }

    private static Tensor[] Windows(XuSpec spec, int batch, int? frames = null, int seed = 11)
    {
        Random random = new(seed);
        return [.. spec.Inputs.Select(input => Tensor.FromArray(Noise(random, batch * (frames ?? spec.Window) * input.Length), [batch, frames ?? spec.Window, .. FrozenStep.ShapeOf(input, 1)[1..]]))];
    }

    private static Tensor[] FrameOf(Tensor[] windows, int t) => [.. windows.Select(window => window.Select(1, t))];

    private static float[] Noise(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];

    private static void Fill(FrozenStep step, Random random)
    {
        for (int i = 0; i < step.Inputs.Count; i++)
            Noise(random, step.Input(i).Length).CopyTo(step.Input(i));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5 * (1 + Math.Abs(expected[i])), $"{i}: {actual[i]}, not {expected[i]}");
    }
}
