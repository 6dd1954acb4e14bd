using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class AdamTests
{
    [Fact]
    public void Step_WithThePublishedGradients_GivesThePublishedParameters()
    {
        using SafetensorsFile file = Golden.Open("xu_training_gru2.safetensors");
        using var scope = new Scope();
        string[] names = [.. file.Arrays.Keys.Where(static name => name.StartsWith("grad.", StringComparison.Ordinal)).Select(static name => name[5..])];
        Tensor[] parameters = [.. names.Select(name => file.Tensor("param." + name))];
        for (int i = 0; i < names.Length; i++)
        {
            parameters[i].RequiresGrad = true;
            parameters[i].Grad = file.Tensor("grad." + names[i]);
        }
        using var adam = new Adam(Trained.Of(parameters), 2e-4);
        adam.Step();
        for (int i = 0; i < names.Length; i++)
        {
            float[] expected = file.Arrays["after1." + names[i]].ReadFloats(), actual = parameters[i].Detach().ToArray();
            for (int at = 0; at < expected.Length; at++)
                Assert.Equal(expected[at], actual[at], 2e-7 * (1 + Math.Abs(expected[at])));
            Assert.Null(parameters[i].Grad);
        }
    }

    [Fact]
    public void Step_TenTimes_FollowsTheFormula()
    {
        using var scope = new Scope();
        Tensor x = Tensor.FromArray([1f, -2f, 0.5f]);
        x.RequiresGrad = true;
        using var adam = new Adam(Trained.Of(x), 0.1);
        double[] expected = [1, -2, 0.5], mean = new double[3], square = new double[3];
        for (int step = 1; step <= 10; step++)
        {
            Functional.Sum(Functional.Pow(x, 4)).Backward();
            adam.Step();
            for (int i = 0; i < 3; i++)
            {
                double gradient = 4 * Math.Pow(expected[i], 3);
                mean[i] = 0.9 * mean[i] + 0.1 * gradient;
                square[i] = 0.999 * square[i] + 0.001 * gradient * gradient;
                expected[i] -= 0.1 / (1 - Math.Pow(0.9, step)) * mean[i] / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        float[] actual = x.Detach().ToArray();
        for (int i = 0; i < 3; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Fact]
    public void Step_WithDecay_DecaysWhatMayAndTakesParametersOfWhichNoneMay()
    {
        using var scope = new Scope();
        Tensor weight = Tensor.FromArray([2f]), bias = Tensor.FromArray([2f]);
        weight.RequiresGrad = bias.RequiresGrad = true;
        TrainedParameter free = new("bias", bias, ParameterTraits.NoDecay);
        using var both = new Adam([new("weight", weight, ParameterTraits.Default), free], 0.1, decay: 0.5);
        using var one = new Adam([free], 0.1, decay: 0.5);
        // A gradient of 0 moves nothing: what is left is the decay.
        Functional.Sum((weight + bias) * 0).Backward();
        both.Step();
        Functional.Sum(bias * 0).Backward();
        one.Step();
        Assert.Equal(2 * (1 - 0.1 * 0.5), weight.Detach().Item(), 1e-6);
        Assert.Equal(2, bias.Detach().Item());
    }

    [Fact]
    public void Step_ParameterOutsideTheLoss_StaysAsItIs()
    {
        using var scope = new Scope();
        Tensor used = Tensor.FromArray([1f]), unused = Tensor.FromArray([3f]);
        used.RequiresGrad = unused.RequiresGrad = true;
        using var adam = new Adam(Trained.Of(used, unused), 0.1);
        Functional.Sum(used * used).Backward();
        adam.Step();
        Assert.Equal(3, unused.Detach().Item());
        Assert.Equal(0.9, used.Detach().Item(), 1e-5);
    }
}
