using LoopRig.Core;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

public class FoldingTests
{
    // The same numbers in every run: rounding errors are not a matter of luck.
    public FoldingTests() => LibTorch.ManualSeed(1);

    public static TheoryData<int> Seeds => new(Enumerable.Range(0, 24));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Run_RandomNetwork_EqualsThePureStep(int seed)
    {
        using var scope = new Scope();
        using var program = RandomNetworks.Convolutional(seed, out var step);
        Assert.DoesNotContain("batch_norm", program.Listing);
        using var generator = new Generator(99);
        var state = new[] { Tensor.Zeros(1, 17) };
        for (int t = 0; t < 3; t++)
        {
            var input = Tensor.Randn(Shape(seed), generator);
            (var outputs, state) = step([input], state);
            input.AsSpan().CopyTo(program.Input(0));
            program.Run();
            TensorAssert.Close(outputs[0].ToArray(), program.Output(0), 1e-5);
        }
    }

    // Channels in and out, kernel, stride, padding, rows, columns.
    [Theory]
    [InlineData(128, 64, 7, 2, 0, 27, 37)]
    [InlineData(33, 47, 7, 2, 3, 26, 31)]
    [InlineData(40, 64, 5, 2, 2, 21, 18)]
    [InlineData(64, 32, 3, 1, 1, 17, 11)]
    [InlineData(32, 35, 4, 1, 0, 12, 30)]
    [InlineData(64, 32, 8, 2, 1, 25, 25)]
    public void Run_ManyChannels_IsTiledAndEqualsThePureStep(int channels, int outputs, int kernel, int stride, int padding, int rows, int columns)
        => Check("looprig::convolution_tiled_relu", channels, outputs, kernel, stride, padding, rows, columns, x => F.Relu(x));

    [Theory]
    [InlineData(1, 128, 7, 2, 0, 60, 80)]
    [InlineData(64, 32, 7, 2, 0, 11, 16)]
    [InlineData(64, 64, 1, 1, 0, 28, 56)]
    [InlineData(3, 5, 4, 3, 2, 13, 10)]
    public void Run_FewTaps_IsDirectAndEqualsThePureStep(int channels, int outputs, int kernel, int stride, int padding, int rows, int columns)
        => Check("looprig::convolution_elu", channels, outputs, kernel, stride, padding, rows, columns, x => F.Elu(x));

    // Neither form of the shim fits: libtorch convolves, norm folded.
    [Fact]
    public void Run_DilatedOrGroupedConvolution_StaysWithLibtorch()
    {
        using var scope = new Scope();
        var weight = Tensor.Randn([8, 2, 3, 3]);
        using var program = Freeze([1, 4, 9, 9], x => F.Conv2d(x, weight, dilation: 2, groups: 2), out var check);
        Assert.StartsWith("aten::conv2d(", program.Listing);
        check(1e-6);
    }

    [Theory]
    [InlineData(7, 64)]
    [InlineData(5, 33)]
    [InlineData(3, 7)]
    [InlineData(9, 16)]
    public void Run_Depthwise_EqualsThePureStep(int kernel, int channels)
    {
        using var scope = new Scope();
        var weight = Tensor.Randn([channels, 1, kernel, kernel]);
        using var program = Freeze([1, channels, 13, 22], x => F.Conv2d(x, weight, padding: kernel / 2, groups: channels), out var check);
        Assert.StartsWith("looprig::convolution_depthwise(", program.Listing);
        check(1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_BiasThatComesWithTheStep_IsFoldedThroughTheNorm(bool many)
    {
        using var scope = new Scope();
        int channels = many ? 48 : 2;
        Tensor weight = Tensor.Randn([40, channels, 5, 5]) * 0.05, toBias = Tensor.Randn([40, 3]), mean = Tensor.Randn([40]), variance = Tensor.Rand([40]) + 0.5, gain = Tensor.Randn([40]);
        var behaviour = Tensor.Randn([1, 3]);
        Tensor Network(Tensor x, Tensor b) => F.Elu(F.BatchNorm(F.Conv2d(x, weight, stride: many ? 2 : 1) + F.Linear(b, toBias).Unsqueeze(2).Unsqueeze(3), mean, variance, gain));
        var image = Tensor.Randn([1, channels, 20, 19]);
        using var program = Program.Record(Device.Cpu, [("image", image), ("behaviour", behaviour)], [], (inputs, _) => ([Network(inputs[0], inputs[1])], []));
        Assert.DoesNotContain("batch_norm", program.Listing);
        Assert.DoesNotContain("add", program.Listing);
        for (int i = 0; i < 3; i++)
        {
            var b = Tensor.Randn([1, 3]);
            image.AsSpan().CopyTo(program.Input(0));
            b.AsSpan().CopyTo(program.Input(1));
            program.Run();
            TensorAssert.Close(Network(image, b).ToArray(), program.Output(0), 1e-4);
        }
    }

    [Fact]
    public void Run_PerceptronWithNorms_IsThreeProducts()
    {
        using var scope = new Scope();
        Func<Tensor, Tensor> Layer(int from, int to)
        {
            Tensor weight = Tensor.Randn([to, from]) * (1 / Math.Sqrt(from)), bias = Tensor.Randn([to]), mean = Tensor.Randn([from]), variance = Tensor.Rand([from]) + 0.5, gain = Tensor.Randn([from]), shift = Tensor.Randn([from]);
            return x => F.Linear(F.BatchNorm(x, mean, variance, gain, shift), weight, bias);
        }
        Func<Tensor, Tensor> first = Layer(4, 77), second = Layer(77, 41), third = Layer(41, 3);
        using var program = Freeze([1, 4], x => F.Tanh(third(F.Tanh(second(F.Tanh(first(x)))))), out var check);
        Assert.Equal(3, program.Listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        check(1e-5);
    }

    [Theory]
    [InlineData(7, 33, 501, true, GridSamplePadding.Zeros)]
    [InlineData(64, 64, 64, false, GridSamplePadding.Zeros)]
    [InlineData(64, 16, 1000, false, GridSamplePadding.Border)]
    public void Run_GaussianReadout_IsOneKernel(int channels, int inner, int units, bool align, GridSamplePadding padding)
    {
        using var scope = new Scope();
        // Some places lie outside the image.
        Tensor positions = Tensor.Rand([1, units, 1, 2]) * 2.6 - 1.3, features = Tensor.Randn([1, channels, 1, units]), bias = Tensor.Randn([units]);
        var shift = Tensor.Randn([1, 2]);
        Tensor Network(Tensor x, Tensor s)
        {
            var sampled = F.GridSample(x, positions + s.Unsqueeze(1).Unsqueeze(1), padding: padding, alignCorners: align).Squeeze(3);
            return F.Sum(sampled * features.Squeeze(2), [1]) + bias;
        }
        var image = Tensor.Randn([1, channels, inner, 9]);
        using var program = Program.Record(Device.Cpu, [("image", image), ("shift", shift)], [], (inputs, _) => ([Network(inputs[0], inputs[1])], []));
        Assert.Contains("looprig::readout(", program.Listing);
        Assert.DoesNotContain("grid_sampler", program.Listing);
        for (int i = 0; i < 3; i++)
        {
            var s = Tensor.Randn([1, 2]) * 0.2;
            image.AsSpan().CopyTo(program.Input(0));
            s.AsSpan().CopyTo(program.Input(1));
            program.Run();
            TensorAssert.Close(Network(image, s).ToArray(), program.Output(0), 2e-5);
        }
    }

    // A rig's processor may be narrower than the one that tests run on.
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
            for (int seed = 30; seed < 38; seed++) Run_RandomNetwork_EqualsThePureStep(seed);
            Run_ManyChannels_IsTiledAndEqualsThePureStep(33, 47, 7, 2, 3, 26, 31);
            Run_ManyChannels_IsTiledAndEqualsThePureStep(64, 32, 3, 1, 1, 17, 11);
            Run_FewTaps_IsDirectAndEqualsThePureStep(64, 32, 7, 2, 0, 11, 16);
            Run_FewTaps_IsDirectAndEqualsThePureStep(3, 5, 4, 3, 2, 13, 10);
            Run_Depthwise_EqualsThePureStep(7, 33);
            Run_Depthwise_EqualsThePureStep(9, 16);
            Run_PerceptronWithNorms_IsThreeProducts();
            Run_GaussianReadout_IsOneKernel(7, 33, 501, true, GridSamplePadding.Zeros);
        }
        finally
        {
            LibTorch.ChooseKernels(own);
        }
    }

    // The intermediate of a chain that something else reads too must stay.
    [Fact]
    public void Run_IntermediateReadTwice_IsNotFoldedAway()
    {
        using var scope = new Scope();
        Tensor weight = Tensor.Randn([6, 2, 3, 3]), mean = Tensor.Randn([6]), variance = Tensor.Rand([6]) + 0.5;
        using var program = Freeze([1, 2, 9, 8], x =>
        {
            var convolved = F.Conv2d(x, weight);
            return F.BatchNorm(convolved, mean, variance) * convolved;
        }, out var check);
        check(1e-5);
    }

    private static void Check(string kernelName, int channels, int outputs, int kernel, int stride, int padding, int rows, int columns, Func<Tensor, Tensor> activation)
    {
        LibTorch.ManualSeed((ulong)(channels * 1000 + kernel * 100 + rows)); // the same numbers in every run: a rounding error is not a matter of luck
        using var scope = new Scope();
        Tensor weight = Tensor.Randn([outputs, channels, kernel, kernel]) * (1 / Math.Sqrt(channels * kernel * kernel)), bias = Tensor.Randn([outputs]);
        Tensor mean = Tensor.Randn([outputs]), variance = Tensor.Rand([outputs]) + 0.5, gain = Tensor.Randn([outputs]), shift = Tensor.Randn([outputs]);
        using var program = Freeze([1, channels, rows, columns], x => activation(F.BatchNorm(F.Conv2d(x, weight, bias, stride, padding), mean, variance, gain, shift)), out var check);
        Assert.StartsWith(kernelName + "(", program.Listing);
        check(6e-5);
    }

    private static Program Freeze(long[] shape, Func<Tensor, Tensor> network, out Action<double> check)
    {
        var program = Program.Record(Device.Cpu, [("x", Tensor.Zeros(shape))], [], (inputs, _) => ([network(inputs[0])], []));
        check = tolerance =>
        {
            for (int i = 0; i < 2; i++)
            {
                var input = Tensor.Randn(shape);
                input.AsSpan().CopyTo(program.Input(0));
                program.Run();
                TensorAssert.Close(network(input).ToArray(), program.Output(0), tolerance);
            }
        };
        return program;
    }

    private static long[] Shape(int seed)
    {
        var random = new Random(seed);
        return [1, random.Next(1, 4), random.Next(20, 40), random.Next(20, 40)];
    }
}
