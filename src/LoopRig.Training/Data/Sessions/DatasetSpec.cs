using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>What a data set is made of.</summary>
public sealed record DatasetSpec
{
    /// <summary>The network's inputs. Their statistics are left aside: the set keeps values as measured, images in 0..1.</summary>
    public required InputSpec[] Inputs { get; init; }

    /// <summary>The stream of recorded activity: one value a unit, the device time inside its bin.</summary>
    public required string ActivityStream { get; init; }

    /// <summary>The stream of expected activity of a simulation, for the noise ceiling; null where nobody knows it.</summary>
    public string? TruthStream { get; init; }

    /// <summary>How bins are cut, as in the live loop.</summary>
    public BinSpec Bins { get; init; } = BinSpec.Default;

    /// <summary>Where inputs come from, as in the live loop.</summary>
    public InputMapping Mapping { get; init; } = new();

    /// <summary>Images beyond this many bytes lie in a temporary file instead of in memory; a quarter of the memory unless set.</summary>
    public long FrameMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
}
