using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Sensorium;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis.Tests;

/// <summary>A probe computes parts of maps with folded norms; it must answer, and differentiate, as the whole network does.</summary>
public sealed class SensoriumProbeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Respond_SmallNetwork_GivesResponsesAndGradientsOfTheWhole(bool behaviour)
    {
        // Larger shifts than a mouse's bring positions to and beyond the border of the map.
        using INetwork network = NetworkFile.Create(
            new Sensorium2022Spec { Inputs = Sensorium2022Spec.PublishedInputs(behaviour, 24, 30), UnitIds = NetworkSpec.NumberedUnits(40), Session = "1", Channels = 6, HiddenKernel = 5, InputKernel = 7, GridCoordinates = 0 }, 3);
        Spread(network);
        AgreesWithTheWhole(network, [.. Enumerable.Range(0, 40)], 2);
    }

    [Fact]
    public void Respond_PublishedNetwork_GivesResponsesAndGradientsOfTheWhole()
    {
        using INetwork network = NetworkFile.Load(SharedData.Sensorium);
        AgreesWithTheWhole(network, [0, 1, 777, 1200, 3000, 5000, 7000, 7775], 1);
    }

    private static void AgreesWithTheWhole(INetwork network, int[] units, double pupil)
    {
        using Scope scope = new();
        using Generator generator = new(5);
        Tensor[] windows = [.. network.Inputs.Select(input => Tensor.Randn(input.Kind == InputKind.Image ? [units.Length, 1, 1, input.Height, input.Width] : [units.Length, 1, input.Length], generator) * (input.Name == "pupil_centre" ? pupil : 1))];
        foreach (Tensor window in windows)
            window.RequiresGrad = true;
        Tensor index = Tensor.FromArray<long>([.. units.Select(static unit => (long)unit)]);
        Tensor whole = network.Forward(windows, training: false).IndexSelect(1, index); // [N, K]
        using IProbe all = network.Probe(ProbedUnits.All(units)), each = network.Probe(ProbedUnits.OneEach(units));
        Same(whole, all.Respond(windows), windows);
        Same(F.Gather(whole, 1, Tensor.Arange(0, units.Length, dtype: ScalarType.Int64).Unsqueeze(1)), each.Respond(windows), windows);
    }

    private static void Same(Tensor expected, Tensor actual, Tensor[] inputs)
    {
        Close(expected, actual);
        Tensor?[] wanted = Autograd.Grad([F.Sum(F.Square(expected))], inputs, retainGraph: true, allowUnused: true), given = Autograd.Grad([F.Sum(F.Square(actual))], inputs, allowUnused: true);
        for (int i = 0; i < inputs.Length; i++)
            Close(wanted[i]!, given[i]!);
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double largest = F.Max(F.Abs(expected - actual)).Item(), scale = F.Max(F.Abs(expected)).Item();
        Assert.True(scale > 0 && largest < 2e-5 * (1 + scale), $"differs by {largest} at a scale of {scale}");
    }

    private static void Spread(INetwork network)
    {
        Random random = new(4);
        foreach ((string name, Tensor tensor) in network.Weights.Parameters.Concat(network.Weights.Buffers))
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) continue;
            foreach (ref float value in tensor.AsSpan())
            {
                if (name.EndsWith("running_var", StringComparison.Ordinal)) value = 0.5f + random.NextSingle();
                else if (name.EndsWith("_mu", StringComparison.Ordinal)) value = 2.4f * (random.NextSingle() - 0.5f);
                else if (name.Contains("norm", StringComparison.Ordinal) || name.Contains("bias", StringComparison.Ordinal) || name.Contains("_features", StringComparison.Ordinal)) value += random.NextSingle() - 0.5f;
            }
        }
    }
}
