using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Rig.Live;

/// <summary>A clock's quality in words.</summary>
internal static class ClockText
{
    /// <summary>Drift and uncertainty, and jumps where there were any: <c>+50.1 ppm, within 0.21 ms, 1 reset</c>.</summary>
    public static string Of(ClockFit fit) => fit.FittedNs == 0
        ? "not heard yet"
        : string.Create(CultureInfo.InvariantCulture, $"{fit.DriftPpm:+0.0;-0.0} ppm, within {fit.UncertaintyNs / 1e6:0.00} ms")
            + (fit.BySync ? " by sync" : "")
            + (fit.Resets > 0 ? $", {fit.Resets} {(fit.Resets == 1 ? "reset" : "resets")}" : "")
            + (fit.Outliers > 0 ? $", {fit.Outliers} {(fit.Outliers == 1 ? "outlier" : "outliers")}" : "");
}
