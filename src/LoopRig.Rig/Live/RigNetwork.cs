using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Rig.Configuration;
using LoopRig.Torch;

namespace LoopRig.Rig.Live;

/// <summary>Loads and freezes the network that a rig asks for.</summary>
public static class RigNetwork
{
    private const int UntrainedSeed = 1;

    /// <summary>Whether the configured file is absent and the rig allows a network with random weights in its place.</summary>
    public static bool IsUntrained(NetworkConfig config) => config.UntrainedIfMissing is not null && config.TrainIfMissing is null && !File.Exists(config.File);

    /// <summary>Loads the configured network, or builds the untrained one that stands in for it. The caller disposes it.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="config">Its network.</param>
    /// <param name="streams">The rig's streams: they decide the untrained network's size.</param>
    /// <exception cref="LoopRigException">The file is damaged, of no known network, or its statistics do not fit.</exception>
    public static INetwork Load(RigConfig rig, NetworkConfig config, IReadOnlyList<StreamDescriptor> streams) =>
        !IsUntrained(config) ? NetworkLoading.Load(rig, config)
            : config.UntrainedIfMissing == UntrainedKind.Foundation ? UntrainedFoundation.Create(rig, config, streams, UntrainedSeed) : CreateUntrained(streams);

    /// <summary>Freezes a network on the configured device.</summary>
    public static FrozenNetwork Freeze(INetwork network, NetworkConfig config, string file) => new(file, network, Device.Parse(config.Device), config.Threads);

    /// <summary>Where inputs come from and what happens without them, as the loop wants it.</summary>
    public static InputMapping Mapping(RigConfig rig) => new()
    {
        Sources = rig.Network?.Inputs ?? [],
        StaleNs = (long)(rig.Aligner.StaleMs * 1e6),
        Policy = rig.Aligner.Missing,
    };

    /// <summary>The loop's settings for a rig whose network has these inputs.</summary>
    /// <exception cref="NetworkException">An input has no stream.</exception>
    public static LoopSettings Settings(RigConfig rig, IReadOnlyList<StreamDescriptor> streams, IReadOnlyList<InputSpec> inputs)
    {
        var required = new InputAssembler(inputs, streams, Mapping(rig)).Required;
        return new LoopSettings
        {
            Streams = streams,
            Needed = streams.Where((_, i) => required[i]).Select(s => s.Name).ToHashSet(),
            Bins = new BinSpec((long)(rig.Aligner.BinMs * 1e6), (long)(rig.Aligner.LatenessMs * 1e6)),
            Mapping = Mapping(rig),
            SyncReference = rig.Sync?.Reference,
            DeadlineNs = (long)(rig.Prediction.DeadlineMs * 1e6),
            Fallback = rig.Prediction.Fallback,
        };
    }

    // The published size: 60x80 image, shifter, the 66 variables of {B+D}x, GRU_1; as many units as the rig records.
    private static INetwork CreateUntrained(IReadOnlyList<StreamDescriptor> streams)
    {
        var activity = streams.FirstOrDefault(s => s.Kind == StreamKind.Activity);
        var image = streams.FirstOrDefault(s => s.Kind == StreamKind.Image && s.Shape is [60, 80]) ?? streams.FirstOrDefault(s => s.Kind == StreamKind.Image);
        return NetworkFile.Create(new XuSpec
        {
            Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts, shifter: true, image?.Shape[0] ?? 60, image?.Shape[1] ?? 80),
            UnitIds = activity?.Channels is { Length: > 0 } ids ? ids : NetworkSpec.NumberedUnits(activity?.ElementCount ?? 100),
            OutputDelayBins = 1,
        }, UntrainedSeed);
    }
}
