using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class XuTrainingTests(ITestOutputHelper output)
{
    [Fact]
    public void Step_FromThePublishedStart_GivesThePublishedLossAndParameters()
    {
        using SafetensorsFile file = Golden.Open("xu_training_gru2.safetensors");
        using var scope = new Scope();
        using INetwork network = Build(file);
        using var adam = new Adam(Trained.Of(network), 2e-4);
        StepAndCompare(file, network, adam, 1);
        double total = TrainingStep.Take(network, adam, Windows(file), file.Tensor("input.response"), new TrainingContext(new Random(0), 1)).Total;
        Assert.Equal(file.Arrays["output.loss"].ReadFloats()[3], total, 1e-4);
    }

    // The second step alone: Adam has seen the published first gradients and the network is as published after them, since two runs whose first steps differ in a
    // last bit go apart in their second.
    [Fact]
    public void Step_FromThePublishedFirstStep_GivesThePublishedLossAndParameters()
    {
        using SafetensorsFile file = Golden.Open("xu_training_gru2.safetensors");
        using var scope = new Scope();
        using INetwork network = Build(file);
        using var adam = new Adam(Trained.Of(network), 2e-4);
        foreach ((string name, Tensor parameter) in network.Parameters)
        {
            parameter.RequiresGrad = true;
            parameter.Grad = file.Tensor("grad." + name);
        }
        adam.Step();
        using (new NoGrad())
        {
            foreach ((string name, Tensor tensor) in network.Weights.Parameters.Concat(network.Weights.Buffers))
                tensor.CopyFrom(file.Tensor("after1." + name).Reshape(tensor.Shape));
        }
        StepAndCompare(file, network, adam, 2);
    }

    private void StepAndCompare(SafetensorsFile file, INetwork network, Optimiser adam, int step)
    {
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        float[] losses = file.Arrays["output.loss"].ReadFloats();
        (double poisson, double total, _) = TrainingStep.Take(network, adam, Windows(file), file.Tensor("input.response"), new TrainingContext(new Random(0), 1));
        output.WriteLine($"step {step}: {poisson:F6} {total:F6}, published {losses[2 * step - 2]:F6} {losses[2 * step - 1]:F6}");
        Assert.Equal(losses[2 * step - 2], poisson, 1e-5);
        Assert.Equal(losses[2 * step - 1], total, 1e-5);
        Compare(file, network, step);
    }

    private static Tensor[] Windows(SafetensorsFile file)
    {
        Tensor behaviour = file.Tensor("input.behaviour");
        Tensor pose = behaviour.IndexSelect(2, Tensor.FromArray<long>([4, 3, 1, 2], 4));       // th, phi, pitch, roll among speed, pitch, roll, phi, th, eyerad
        return [file.Tensor("input.image"), behaviour, pose];
    }

    // Gradients agree to 1e-4 of a tensor's largest, so Adam's step, which is their sign or their ratio, is defined where a gradient is well above that: those
    // elements are compared closely, all others only with the bound of what steps can do. A few may still differ: bilinear sampling and ReLU have gradients
    // that jump, and a last bit of difference between BLAS libraries lets some of millions do so.
    private void Compare(SafetensorsFile file, INetwork network, int step)
    {
        long compared = 0, apart = 0;
        double largest = 0;
        foreach ((string name, Tensor parameter) in network.Parameters)
        {
            float[] gradient = file.Arrays["grad." + name].ReadFloats(), expected = file.Arrays[$"after{step}.{name}"].ReadFloats(), actual = parameter.Detach().ToArray();
            double most = gradient.Max(Math.Abs);
            long here = 0, hereApart = 0;
            for (int at = 0; at < expected.Length && most > 1e-7; at++)        // below: a bias before a batch norm, rounding noise only
            {
                if (Math.Abs(gradient[at]) <= 1e-6 * most)
                    continue;
                double error = Math.Abs(expected[at] - actual[at]);
                largest = Math.Max(largest, error);
                if (Math.Abs(gradient[at]) <= 1e-2 * most)
                    continue;
                here++;
                hereApart += error > 1e-5 * (1 + Math.Abs(expected[at])) ? 1 : 0;
            }
            output.WriteLine($"after{step}.{name}: {here} elements, {hereApart} further than 1e-5");
            compared += here;
            apart += hereApart;
        }
        Assert.True(compared > 100_000);
        Assert.True(apart < 0.01 * compared, $"after{step}: {apart} of {compared} elements differ");
        Assert.True(largest < step * 4.05e-4, $"after{step}: largest difference {largest}");
    }

    private static INetwork Build(SafetensorsFile file)
    {
        Dictionary<string, NamedArray> weights = file.Arrays.Where(static pair => pair.Key.StartsWith("param.", StringComparison.Ordinal))
            .ToDictionary(static pair => pair.Key[6..], static pair => pair.Value);
        XuSpec spec = new() { Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts), UnitIds = NetworkSpec.NumberedUnits(5), Window = 2, Dropout = 0 };
        return NetworkFile.Build(spec, ParameterSet.FromArrays(weights), file.Path);
    }
}
