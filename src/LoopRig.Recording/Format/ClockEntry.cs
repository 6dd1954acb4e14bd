using LoopRig.Core;

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
    public long OffsetNs { get; init; }
    /// <summary>How much faster the rig clock runs, parts per million.</summary>
    public double DriftPpm { get; init; }
    /// <summary>What the error of a converted time is below in at least 95 % of seconds, ns.</summary>
    public double UncertaintyNs { get; init; }
    /// <summary>When the model was fitted, ns on the rig clock.</summary>
    public long FittedNs { get; init; }
    /// <summary>Messages that the model has seen.</summary>
    public long Observations { get; init; }
    /// <summary>How often the device clock jumped or began again.</summary>
    public long Resets { get; init; }
    /// <summary>Device times that fitted neither the clock before them nor the one behind them.</summary>
    public long Outliers { get; init; }
    /// <summary>When the clock jumped last, ns on the rig clock; 0 if never.</summary>
    public long LastResetNs { get; init; }
    /// <summary>By how much rig minus device grew at that jump, ns.</summary>
    public long LastJumpNs { get; init; }
    /// <summary>Whether the clock is tied to another one by shared pulses.</summary>
    public bool BySync { get; init; }
    /// <summary>How it stands against that one by the pulses; absent for a clock that has seen none in common.</summary>
    public SyncEntry? Sync { get; init; }

    /// <summary>How a clock stands.</summary>
    public static ClockEntry Of(ClockModel clock)
    {
        var fit = clock.Fit;
        return new ClockEntry
        {
            Clock = clock.Id.Value,
            Name = clock.Name,
            ReferenceNs = fit.ReferenceNs,
            OffsetNs = fit.OffsetNs,
            DriftPpm = fit.DriftPpm,
            UncertaintyNs = fit.UncertaintyNs,
            FittedNs = fit.FittedNs,
            Observations = fit.Observations,
            Resets = fit.Resets,
            Outliers = fit.Outliers,
            LastResetNs = fit.LastResetNs,
            LastJumpNs = fit.LastJumpNs,
            BySync = fit.BySync,
            Sync = fit.Sync.Matched == 0 ? null : SyncEntry.Of(fit.Sync),
        };
    }
}
