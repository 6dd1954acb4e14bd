namespace LoopRig.Core;

/// <summary>
/// What is known of a device clock at one moment: <c>rig = device + OffsetNs + DriftPpm * 1e-6 * (device - ReferenceNs)</c>.
/// </summary>
/// <param name="ReferenceNs">The device time at which the offset holds, ns.</param>
/// <param name="OffsetNs">Rig minus device at the reference, ns.</param>
/// <param name="DriftPpm">How much faster the rig clock runs than the device's, parts per million.</param>
/// <param name="UncertaintyNs">What the error of a time converted now is below in at least 95 % of seconds, ns; docs/time.md says what it leaves out.</param>
/// <param name="FittedNs">When it was fitted, ns on the rig clock: a whole second, or the moment of a reset; 0 before the first fit.</param>
/// <param name="Observations">Messages that the model has seen.</param>
/// <param name="Resets">How often the device clock jumped or began again.</param>
/// <param name="Outliers">Device times that fitted neither the clock before them nor the one behind them.</param>
/// <param name="LastResetNs">When the clock jumped last, ns on the rig clock; 0 if never.</param>
/// <param name="LastJumpNs">By how much rig minus device grew at that jump, ns: positive for a clock that went back.</param>
/// <param name="BySync">The clock is tied to another one by shared pulses, so that its own transport's delay plays no part.</param>
/// <param name="Sync">How it stands against that one; all 0 for a clock without pulses.</param>
public readonly record struct ClockFit(long ReferenceNs, long OffsetNs, double DriftPpm, double UncertaintyNs, long FittedNs, long Observations, long Resets, long Outliers,
    long LastResetNs, long LastJumpNs, bool BySync, PulseFit Sync)
{
    /// <summary>A device time on the rig clock, ns.</summary>
    public long ToRig(long deviceNs) => deviceNs + OffsetNs + (long)Math.Round(DriftPpm * 1e-6 * (deviceNs - ReferenceNs));
}
