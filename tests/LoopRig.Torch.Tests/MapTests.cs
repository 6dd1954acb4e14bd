using LoopRig.Core;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

public class MapTests
{
    private const double Tolerance = 2e-5;

    public MapTests() => LibTorch.ManualSeed(1);

    // Channels, groups, heads, channels of a head, rows, columns: full tiles, and sizes that leave every kind of remainder.
    [Theory]
    [InlineData(32, 2, 2, 32, 16, 24)]
    [InlineData(16, 1, 1, 64, 10, 18)]
    [InlineData(64, 4, 3, 32, 14, 22)]
    [InlineData(48, 1, 2, 96, 18, 12)]
    public void Run_Stream_IsAllKernelsAndEqualsThePureStep(int channels, int groups, int heads, int size, int height, int width)
    {
        using var scope = new Scope();
        var network = new StreamNetwork(channels, groups, heads, size, height, width);
        using var program = Check(network, 6);
        foreach (string kernel in (string[])["looprig::map_convolution_3x3(", "looprig::map_convolution_1x1(", "looprig::map_convolution_1x1_tanh(", "looprig::gelu(", "looprig::pool(", "looprig::attention(", "looprig::lstm("])
            Assert.Contains(kernel, program.Listing);
        foreach (string call in (string[])["conv", "softmax", "sigmoid", "stack", "cat", "add", "gelu", "pool"])
            Assert.DoesNotContain("aten::" + call, program.Listing);
    }

    // Groups that no vector divides stay with libtorch.
    [Fact]
    public void Run_StreamOfOddSizes_EqualsThePureStep()
    {
        using var scope = new Scope();
        using var program = Check(new StreamNetwork(14, 2, 2, 14, 9, 11), 4);
        Assert.Contains("aten::conv3d(", program.Listing);
    }

    [Theory]
    [InlineData("portable")]
    [InlineData("avx2")]
    [InlineData("avx512")]
    public void Run_OnEachInstructionSet_EqualsThePureStep(string name)
    {
        string own = LibTorch.Kernels;
        try
        {
            LibTorch.ChooseKernels(name);
        }
        catch (TorchException e)
        {
            Assert.Skip(e.Message);
        }
        try
        {
            using var scope = new Scope();
            Check(new StreamNetwork(32, 2, 2, 32, 10, 18), 4).Dispose();
            Check(new StreamNetwork(16, 1, 1, 64, 6, 14), 4).Dispose();
        }
        finally
        {
            LibTorch.ChooseKernels(own);
        }
    }

    [Fact]
    public void Run_WithTwoThreads_EqualsThePureStep()
    {
        int threads = LibTorch.NumThreads;
        LibTorch.NumThreads = 2;
        try
        {
            using var scope = new Scope();
            Check(new StreamNetwork(32, 2, 2, 32, 16, 24), 4).Dispose();
        }
        finally
        {
            LibTorch.NumThreads = threads;
        }
    }

    // Streams that meet only at the end run on a thread each.
    [Fact]
    public void Run_StreamsOnTwoThreads_GivesTheBitsOfOne()
    {
        int threads = LibTorch.NumThreads;
        using var scope = new Scope();
        StreamNetwork[] streams = [new(32, 2, 2, 32, 16, 24), new(32, 2, 2, 32, 16, 24)];
        int states = streams[0].InitialState().Length;
        using var program = Program.Record(Device.Cpu, streams[0].Examples, [.. streams.SelectMany(stream => stream.InitialState())], (inputs, state) =>
        {
            // What both read comes first, and is read by both at once.
            Tensor[] seen = [F.Tanh(inputs[0]), inputs[1]];
            var steps = streams.Select((stream, s) => stream.Step(seen, state[(s * states)..((s + 1) * states)])).ToArray();
            return ([F.Exp(F.Mean(F.Stack([.. steps.Select(step => step.Outputs[0])], 1), [1]))], [.. steps.SelectMany(step => step.State)]);
        });
        try
        {
            LibTorch.NumThreads = 1;
            var expected = Outputs(program, 0, 6);
            LibTorch.NumThreads = 2;
            program.ResetState();
            Assert.Equal(expected, Outputs(program, 0, 6));
        }
        finally
        {
            LibTorch.NumThreads = threads;
        }
    }

    // State that kernels hand on by reference can be read, set, and set back.
    [Fact]
    public void WriteState_OfAStream_ContinuesWithTheSameBits()
    {
        using var scope = new Scope();
        var network = new StreamNetwork(16, 1, 1, 64, 10, 18);
        using var first = Record(network);
        using var second = Record(network);
        var fresh = Outputs(first, 0, 3);
        var state = first.ReadState();
        Outputs(second, 7, 5); // any other past
        second.WriteState(state);
        Assert.Equal(Outputs(first, 3, 4), Outputs(second, 3, 4));
        first.ResetState();
        Assert.All(first.ReadState(), tensor => Assert.All(tensor, value => Assert.Equal(0, value)));
        Assert.Equal(fresh, Outputs(first, 0, 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-3)]
    public void Run_Gelu_IsExactToSixDigits(double centre)
    {
        using var scope = new Scope();
        using var program = Program.Record(Device.Cpu, [("x", Tensor.Zeros(1, 16, 20, 30))], [], (inputs, _) => ([F.Gelu(inputs[0]) * 1.5], []));
        Assert.StartsWith("looprig::gelu(", program.Listing);
        var input = Tensor.Randn([1, 16, 20, 30]) * 2 + centre;
        input.AsSpan().CopyTo(program.Input(0));
        program.Run();
        TensorAssert.Close((F.Gelu(input) * 1.5).ToArray(), program.Output(0), 1e-6);
    }

    private static Program Record(StreamNetwork network) => Program.Record(Device.Cpu, network.Examples, network.InitialState(), network.Step);

    private static Program Check(StreamNetwork network, int steps)
    {
        var program = Record(network);
        Tensor[] state = network.InitialState();
        for (int t = 0; t < steps; t++)
        {
            Tensor[] inputs = Inputs(program, network, t);
            (Tensor[] outputs, state) = network.Step(inputs, state);
            program.Run();
            TensorAssert.Close(outputs[0].ToArray(), program.Output(0), Tolerance);
            float[][] kept = program.ReadState();
            for (int i = 0; i < kept.Length; i++) TensorAssert.Close(state[i].ToArray(), kept[i], Tolerance);
        }
        return program;
    }

    private static Tensor[] Inputs(Program program, StreamNetwork network, int t)
    {
        using var generator = new Generator((ulong)t + 1);
        Tensor[] inputs = Array.ConvertAll(network.Examples, example => Tensor.Randn(example.Item2.Shape, generator));
        for (int i = 0; i < inputs.Length; i++) inputs[i].AsSpan().CopyTo(program.Input(i));
        return inputs;
    }

    private static float[] Outputs(Program program, int first, int count)
    {
        List<float> outputs = [];
        for (int t = first; t < first + count; t++)
        {
            var random = new Random(t);
            for (int i = 0; i < program.InputNames.Count; i++)
                foreach (ref float value in program.Input(i)) value = random.NextSingle() - 0.5f;
            program.Run();
            outputs.AddRange(program.Output(0));
        }
        return [.. outputs];
    }
}
