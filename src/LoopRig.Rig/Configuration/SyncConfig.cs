namespace LoopRig.Rig.Configuration;

/// <summary>
/// One line of pulses at random intervals, wired to several devices, that ties their clocks together. Each device has a stream with a channel <c>sync</c>: 0 low, 1 high, or
/// volts.
/// </summary>
public sealed class SyncConfig
{
    /// <summary>The stream whose clock the others follow: one with a channel <c>sync</c>, best that of the device whose times arrive soonest, or one on the rig clock.</summary>
    public required string Reference { get; init; }
}
