using LoopRig.Models;
using LoopRig.Models.Xu;

namespace LoopRig.Benchmarks;

/// <summary>The Xu network at its published size (68 units of mouse 1, 66 behaviour variables), with weights from a seed.</summary>
internal static class PublishedXu
{
    private const int Units = 68;

    /// <summary>A network of window k; the caller disposes it.</summary>
    public static INetwork Create(int window)
    {
        var spec = new XuSpec { Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts), UnitIds = NetworkSpec.NumberedUnits(Units), Window = window };
        var network = NetworkFile.Create(spec, seed: 1);
        var random = new Random(2);
        foreach (var (name, tensor) in network.Weights.Buffers)
        {
            // Running statistics as of a trained network: with 0 and 1 a batch norm folded wrongly would go unseen.
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal))
            {
                var values = tensor.AsSpan();
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] += 0.2f * random.NextSingle();
                }
            }
        }
        return network;
    }
}
