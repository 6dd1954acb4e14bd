using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// A device clock against the clock of the reference stream, by pulses that both have seen: <c>reference = device + OffsetNs + DriftPpm * 1e-6 * (device - AtNs)</c>.
/// </summary>
public sealed record SyncEntry
{
    /// <summary>The device time at which the offset holds: that of the newest matched pulse, ns.</summary>
    public long AtNs { get; init; }
    /// <summary>Reference minus device then, ns.</summary>
    public long OffsetNs { get; init; }
    /// <summary>How much faster the reference clock runs, parts per million.</summary>
    public double DriftPpm { get; init; }
    /// <summary>The standard deviation of the pulses about the line, ns.</summary>
    public double ResidualNs { get; init; }
    /// <summary>Twice the standard error of the line, ns.</summary>
    public double UncertaintyNs { get; init; }
    /// <summary>Pulses seen by both.</summary>
    public long Matched { get; init; }
    /// <summary>Pulses of the reference that the device did not show.</summary>
    public long Missed { get; init; }
    /// <summary>Pulses of the device that the reference did not show.</summary>
    public long Extra { get; init; }
    /// <summary>Whether the pulses matched then.</summary>
    public bool IsLocked { get; init; }

    internal static SyncEntry Of(in PulseFit fit) => new()
    {
        AtNs = fit.AtNs,
        OffsetNs = fit.OffsetNs,
        DriftPpm = fit.DriftPpm,
        ResidualNs = fit.ResidualNs,
        UncertaintyNs = double.IsFinite(fit.UncertaintyNs) ? fit.UncertaintyNs : 0,
        Matched = fit.Matched,
        Missed = fit.Missed,
        Extra = fit.Extra,
        IsLocked = fit.IsLocked,
    };
}
