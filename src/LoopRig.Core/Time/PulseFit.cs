namespace LoopRig.Core;

/// <summary>
/// How a device clock stands against another one by pulses that both have seen: <c>reference = device + OffsetNs + DriftPpm * 1e-6 * (device - AtNs)</c>.
/// </summary>
/// <param name="AtNs">The device time at which the offset holds: that of the newest matched pulse, ns.</param>
/// <param name="OffsetNs">Reference minus device then, ns.</param>
/// <param name="DriftPpm">How much faster the reference clock runs, parts per million.</param>
/// <param name="ResidualNs">The standard deviation of the matched pulses about the line, ns.</param>
/// <param name="UncertaintyNs">Twice the standard error of the line at <paramref name="AtNs"/>, ns.</param>
/// <param name="Matched">Pulses seen by both.</param>
/// <param name="Missed">Pulses of the reference that the device did not show.</param>
/// <param name="Extra">Pulses of the device that the reference did not show.</param>
/// <param name="IsLocked">Whether the trains match now; without that the line says nothing.</param>
public readonly record struct PulseFit(long AtNs, long OffsetNs, double DriftPpm, double ResidualNs, double UncertaintyNs, long Matched, long Missed, long Extra, bool IsLocked)
{
    /// <summary>A device time on the reference clock, ns.</summary>
    public long ToReference(long deviceNs) => deviceNs + OffsetNs + (long)Math.Round(DriftPpm * 1e-6 * (deviceNs - AtNs));
}
