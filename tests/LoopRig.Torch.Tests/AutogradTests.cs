using LoopRig.Core;
using Xunit;

namespace LoopRig.Torch.Tests;

public class AutogradTests
{
    public static TheoryData<string> Names => new(s_functions.Keys);

    private static readonly Dictionary<string, (long[] Shape, Func<Tensor, Tensor> Function)> s_functions = new()
    {
        ["conv2d"] = ([2, 3, 7, 5], x => Functional.Conv2d(x, Weights(4, 3, 3, 3), Weights(4), 2, 1)),
        ["conv2d depthwise"] = ([1, 4, 7, 5], x => Functional.Conv2d(x, Weights(4, 1, 3, 3), null, 1, 1, groups: 4)),
        ["conv3d"] = ([1, 2, 4, 5, 3], x => Functional.Conv3d(x, Weights(2, 2, 3, 3, 3), Weights(2), padding: 1)),
        ["conv_transpose2d"] = ([1, 3, 3, 4], x => Functional.ConvTranspose2d(x, Weights(3, 2, 3, 3), null, 2, outputPadding: 1)),
        ["linear"] = ([3, 5], x => Functional.Linear(x, Weights(4, 5), Weights(4))),
        ["batch_norm"] = ([6, 3], x => Functional.BatchNorm(x, null, null, Weights(3), Weights(3), training: true)),
        ["layer_norm"] = ([4, 6], x => Functional.LayerNorm(x, [6])),
        ["relu"] = ([9], Functional.Relu),
        ["elu"] = ([9], x => Functional.Elu(x)),
        ["gelu"] = ([9], Functional.Gelu),
        ["silu"] = ([9], Functional.Silu),
        ["tanh"] = ([9], Functional.Tanh),
        ["sigmoid"] = ([9], Functional.Sigmoid),
        ["softplus"] = ([9], x => Functional.Softplus(x)),
        ["softmax"] = ([3, 4], x => Functional.Softmax(x, 1)),
        ["grid_sampler image"] = ([1, 2, 5, 6], x => Functional.GridSample(x, Grid())),
        ["grid_sampler grid"] = ([1, 3, 2, 2], x => Functional.GridSample(Weights(1, 2, 5, 6), Functional.Tanh(x), alignCorners: true)),
        ["affine_grid"] = ([1, 2, 3], x => Functional.AffineGrid(x, [1, 1, 3, 4], alignCorners: true)),
        ["cat"] = ([2, 3], x => Functional.Cat([x, x * 2], 1)),
        ["stack and chunk"] = ([2, 4], x => Functional.Stack(Functional.Chunk(x, 2, 1), 0)),
        ["matmul"] = ([3, 4], x => Functional.MatMul(x, Weights(4, 2))),
        ["inverse"] = ([2, 2], x => Functional.Inverse(x + Tensor.Eye(2, ScalarType.Float64) * 3)),
        ["pools"] = ([1, 2, 6, 6], x => Functional.AvgPool2d(Functional.MaxPool2d(x, 2), 3)),
        ["mean, var, abs, log, sqrt"] = ([5, 3], x => Functional.Log(Functional.Abs(Functional.Mean(x, [1])) + Functional.Sqrt(Functional.Var(x, [1])))),
        ["where"] = ([9], x => Functional.Where(Functional.Gt(x, 0), x * 3, Functional.Pow(x, 2))),
        ["division, subtraction"] = ([4], x => 2 / (x + 4) - x / (x + 5)),
    };

    // Central differences in double precision agree with the analytic gradient.
    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_OfEachFunction_AgreesWithDifferences(string name)
    {
        using var scope = new Scope();
        var (shape, function) = s_functions[name];
        var x = Weights(shape);
        x.RequiresGrad = true;
        var output = function(x);
        var weights = Weights(output.Shape);
        Functional.Sum(output * weights).Backward();
        var gradient = x.Grad!.ToArray<double>();

        double Value(double[] at) => Functional.Sum(function(Tensor.FromArray(at, shape)) * weights).Item();
        var values = x.Detach().ToArray<double>();
        const double step = 1e-6;
        for (int i = 0; i < values.Length; i++)
        {
            double centre = values[i];
            values[i] = centre + step;
            double up = Value(values);
            values[i] = centre - step;
            double down = Value(values);
            values[i] = centre;
            Assert.Equal((up - down) / (2 * step), gradient[i], 1e-6 * (1 + Math.Abs(gradient[i])));
        }
    }

    [Fact]
    public void Grad_OfAGradient_IsTheSecondDerivative()
    {
        using var scope = new Scope();
        var x = Tensor.FromArray([2f]);
        x.RequiresGrad = true;
        var first = Autograd.Grad([Functional.Pow(x, 3)], [x], createGraph: true)[0]!;
        Assert.Equal(12, first.Item());
        Assert.Equal(12, Autograd.Grad([first], [x])[0]!.Item());
    }

    [Fact]
    public void Grad_OfUnusedInput_IsNullOnlyWhenAllowed()
    {
        using var scope = new Scope();
        var x = Tensor.FromArray([2f]);
        var y = Tensor.FromArray([2f]);
        x.RequiresGrad = y.RequiresGrad = true;
        Assert.Null(Autograd.Grad([x * 2], [y], allowUnused: true)[0]);
        Assert.Throws<TorchException>(() => Autograd.Grad([x * 2], [y]));
    }

    [Fact]
    public void NoGrad_Inside_BuildsNoGraph()
    {
        using var scope = new Scope();
        var x = Tensor.Ones(2);
        x.RequiresGrad = true;
        using (new NoGrad()) Assert.False((x * 2).RequiresGrad);
        using (new InferenceMode()) Assert.False((x * 2).RequiresGrad);
        Assert.True((x * 2).RequiresGrad);
    }

    private static Tensor Weights(params long[] shape)
    {
        using var generator = new Generator((ulong)shape.Sum() + 11);
        return Tensor.Randn(shape, generator, ScalarType.Float64);
    }

    private static Tensor Grid() => Functional.Tanh(Weights(1, 3, 4, 2));
}
