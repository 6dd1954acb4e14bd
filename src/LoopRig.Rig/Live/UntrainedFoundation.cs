using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Rig.Configuration;
using LoopRig.Torch;

namespace LoopRig.Rig.Live;

/// <summary>A foundation network of reduced size with random weights: stands in until one is trained, and is a load of the right form.</summary>
internal static class UntrainedFoundation
{
    private const int Units = 100;

    /// <summary>Builds it for a rig's streams; the configuration's statistics are its inputs'. The caller disposes it.</summary>
    /// <exception cref="LoopRigException">The rig has no image, or the statistics do not fit.</exception>
    internal static INetwork Create(RigConfig rig, NetworkConfig config, IReadOnlyList<StreamDescriptor> streams, int seed)
    {
        var named = config.Inputs.GetValueOrDefault(FoundationSpec.StimulusInput);
        var image = streams.Where(s => s.Kind == StreamKind.Image && s.Shape is [_, _] && (named is null || s.Name == named)).MinBy(s => s.ElementCount)
            ?? throw new RigConfigException(rig.File, "network.untrainedIfMissing", named is null ? "a foundation network needs a grey image, and no adapter gives one" : $"there is no grey image {named}");
        InputSpec[] inputs = FoundationSpec.InputsFor(image.Shape[0], image.Shape[1]);
        var statistics = NetworkLoading.Statistics(rig, config, inputs);
        var network = NetworkFile.Create(new FoundationSpec
        {
            Inputs = [.. inputs.Select(i => statistics.TryGetValue(i.Name, out var s) ? i with { Mean = s.Mean, Std = s.Std } : i)],
            UnitIds = NetworkSpec.NumberedUnits(Units),
            Streams = 2,
            RetinaHeight = 64,
            RetinaWidth = 96,
            BlockChannels = [16, 32, 64],
            FeedforwardOut = 64,
            RecurrentHidden = 64,
            RecurrentCommon = 128,
            RecurrentGroups = 4,
            CoreOut = 64,
        }, seed);
        DrawReadout(network, seed);
        return network;
    }

    // A new network's readout is zero, so that every unit would answer 1 for ever.
    private static void DrawReadout(INetwork network, int seed)
    {
        using var scope = new Scope();
        using var guard = new NoGrad();
        using var generator = new Generator((ulong)seed);
        foreach (var (name, tensor) in network.Parameters)
        {
            if (name == "readout.position.mu" || name.StartsWith("readout.feature.weights.", StringComparison.Ordinal))
            {
                tensor.AddInPlace(Tensor.Randn(tensor.Shape, generator), name == "readout.position.mu" ? 0.5 : 0.2);
            }
        }
    }
}
