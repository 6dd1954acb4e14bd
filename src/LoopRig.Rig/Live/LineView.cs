using System.Globalization;
using LoopRig.Inference;

namespace LoopRig.Rig.Live;

/// <summary>A line every five seconds, and one for each event: for logs and pipes.</summary>
internal sealed class LineView(LiveRig rig, TextWriter output) : LiveView(rig)
{
    private const double EverySeconds = 5;
    private double _next = EverySeconds;

    /// <inheritdoc/>
    public override void Run(Func<bool> step)
    {
        while (!step())
        {
            foreach (var text in LookAtEvents())
            {
                output.WriteLine(Invariant($"{Seconds,7:F1} s  {text}"));
            }
            if (Seconds >= _next)
            {
                _next += EverySeconds;
                output.WriteLine(Line());
            }
        }
    }

    private string Line()
    {
        var streams = LookAtStreams();
        var text = Invariant($"{Seconds,7:F1} s");
        if (Rig.Inference is { } inference)
        {
            var counters = inference.Loop.Counters;
            var latency = inference.Loop.Latency.Summarise();
            text += Invariant($"  {counters.Predictions} predictions, {counters.Fallbacks} fallbacks, {RigFigures.Drops(Rig)} drops")
                + Invariant($"{IfAny(counters.Degraded, "degraded")}{IfAny(counters.LateResults, "late results")}{IfAny(counters.ClosedByTime, "bins closed by time")}{IfAny(Rig.Events.Faults.Count, "faults")}")
                + Invariant($", latency p50 {latency.P50 / 1e3:F2} p99 {latency.P99 / 1e3:F2} max {latency.Max / 1e3:F2} ms of {inference.Settings.DeadlineNs / 1e6:F0}");
            if (inference.Predictor.Network.Correlation is { Plain.Count: > 1 } correlation)
            {
                text += Invariant($", r {LiveCorrelation.Mean(correlation.Plain):F2}")
                    + (correlation.BoxcarIsReady ? Invariant($" (2 s: {LiveCorrelation.Mean(correlation.Boxcar):F2})") : "");
            }
        }
        return text + "; " + string.Join(", ", streams.Select(s => Invariant($"{s.Figures.Name} {s.RateHz:F1}/s")))
            + string.Concat(Rig.Clocks.Select(c => $"; clock {c.Name} {ClockText.Of(c.Fit)}"));
    }

    private static string IfAny(long count, string what) => count > 0 ? Invariant($", {count} {what}") : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
