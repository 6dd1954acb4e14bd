using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;
using LoopRig.Torch;

namespace LoopRig.Synthesis.Tests;

/// <summary>Small networks of every kind that synthesis treats in its own way.</summary>
internal static class Networks
{
    internal static INetwork Sensorium(bool behaviour = false) => NetworkFile.Create(
        new Sensorium2022Spec { Inputs = Sensorium2022Spec.PublishedInputs(behaviour, 20, 24), UnitIds = NetworkSpec.NumberedUnits(40), Session = "1", Channels = 8, HiddenKernel = 3, InputKernel = 5, GridCoordinates = 0 }, 3);

    internal static INetwork Xu(int window = 1) => NetworkFile.Create(
        new XuSpec
        {
            Inputs = XuSpec.InputsFor(["speed", "pitch"], height: 20, width: 24),
            UnitIds = NetworkSpec.NumberedUnits(4),
            Window = window,
            Hidden = 12,
            ConvolutionChannels = [6, 5],
            Kernel = 3,
            Dropout = 0.2,
        }, 2);

    /// <summary>A network of two streams; its units are given something to read.</summary>
    internal static FoundationNetwork Foundation()
    {
        FoundationSpec spec = new()
        {
            Inputs = FoundationSpec.InputsFor(18, 32),
            UnitIds = NetworkSpec.NumberedUnits(5),
            Streams = 2,
            RetinaHeight = 16,
            RetinaWidth = 24,
            BlockChannels = [4, 8],
            BlockGroups = [1, 2],
            BlockLayers = [1, 2],
            BlockPools = [2, 1],
            FeedforwardOut = 8,
            RecurrentHidden = 8,
            RecurrentCommon = 16,
            RecurrentGroups = 2,
            CoreOut = 8,
            WarmUpFrames = 3,
        };
        FoundationNetwork network = (FoundationNetwork)NetworkFile.Create(spec, 4);
        Random random = new(2);
        foreach ((string name, Tensor tensor) in network.Weights.Parameters)
        {
            if (!name.StartsWith("readout.", StringComparison.Ordinal) || name.Contains("sigma", StringComparison.Ordinal)) continue;
            foreach (ref float value in tensor.AsSpan())
                value = (name.Contains("feature", StringComparison.Ordinal) ? 40 : 1) * (random.NextSingle() - 0.5f); // an untrained core answers faintly
        }
        return network;
    }
}
