namespace LoopRig.Recording;

/// <summary>
/// A device clock against the rig clock as it was known at one moment: <c>rig = device + OffsetNs + DriftPpm * 1e-6 * (device - ReferenceNs)</c>.
/// </summary>
public sealed record ClockEntry
{
    /// <summary>The clock's number in headers and descriptors.</summary>
    public required uint Clock { get; init; }
    /// <summary>The clock's name, or that of the stream that it stamps.</summary>
    public required string Name { get; init; }
    /// <summary>The device time at which the offset holds, ns.</summary>
    public long ReferenceNs { get; init; }
    /// <summary>Rig minus device at the reference, ns.</summary>
    public double OffsetNs { get; init; }
    /// <summary>How much faster the rig clock runs, parts per million.</summary>
    public double DriftPpm { get; init; }
    /// <summary>One standard deviation of a converted time, ns; 0 when the model states none.</summary>
    public double UncertaintyNs { get; init; }
    /// <summary>When the model was fitted, ns on the rig clock.</summary>
    public long FittedNs { get; init; }
}
