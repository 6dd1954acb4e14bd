using System.Globalization;
using LoopRig.Core;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoopRig.Rig.Live;

/// <summary>The live table on a terminal: streams, latency against its budget, the best-predicted neurons, the latest events.</summary>
internal sealed class TableView(LiveRig rig) : LiveView(rig)
{
    private const int StepsPerPicture = 5; // a picture every half second: its garbage is the view's own, but collections stop every thread
    private static readonly double[] s_edgesMs = [0.25, 0.5, 1, 2, 5, 10, 15, 20, 50];
    private readonly Queue<string> _events = new();

    /// <inheritdoc/>
    public override void Run(Func<bool> step) =>
        AnsiConsole.Live(Picture()).AutoClear(false).Start(live =>
        {
            for (var i = 1; !step(); i++)
            {
                if (i % StepsPerPicture == 0)
                {
                    live.UpdateTarget(Picture());
                }
            }
            live.UpdateTarget(Picture());
        });

    private Rows Picture()
    {
        var parts = new List<IRenderable> { Streams() };
        if (Rig.Clocks is { Count: > 0 } clocks)
        {
            parts.Add(Clocks(clocks));
        }
        if (Rig.Inference is { } inference)
        {
            var counters = inference.Loop.Counters;
            parts.Add(new Markup(Invariant($"{Seconds:F0} s  {counters.Predictions} predictions  {counters.Fallbacks} fallbacks  {counters.DeadlineMisses} deadlines missed  {RigFigures.Drops(Rig)} drops  {Rig.Events.Faults.Count} faults\n")
                + Invariant($"{counters.Degraded} degraded  {counters.LateResults} late results  {counters.ClosedByTime} bins closed by time")
                + (Rig.Untrained ? "  [red]UNTRAINED NETWORK[/]" : "")));
            parts.Add(Latency(inference.Loop.Latency, inference.Settings.DeadlineNs / 1e6));
            if (inference.Predictor.Network.Correlation is { } correlation)
            {
                parts.Add(Neurons(correlation.Best(8)));
            }
        }
        foreach (var text in LookAtEvents())
        {
            _events.Enqueue(text);
        }
        while (_events.Count > 4)
        {
            _events.Dequeue();
        }
        parts.AddRange(_events.Select(e => new Text(e, new Style(Color.Yellow))));
        return new Rows(parts);
    }

    private Table Streams()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("stream", "rate /s", "age ms", "drops", "gaps", "late", "", "fault");
        var (faults, all) = (Rig.Events.Faults.Lasting, Rig.Events.Faults.All);
        foreach (var line in LookAtStreams())
        {
            var figures = line.Figures;
            var silent = line.AgeMs is null or > 1000;
            var gaps = all.Count(f => f.Stream == figures.Name && f.Kind is (FaultKind.Gap or FaultKind.Disconnect));
            table.AddRow(
                Markup.Escape(figures.Name),
                Invariant($"{line.RateHz:F1}"),
                line.AgeMs is { } age ? silent ? Invariant($"[red]{age:F0}[/]") : Invariant($"{age:F0}") : "[red]none yet[/]",
                figures.Dropped > 0 ? $"[red]{figures.Dropped}[/]" : "0",
                gaps > 0 ? $"[red]{gaps}[/]" : "0",
                figures.NotMerged.ToString(CultureInfo.InvariantCulture),
                figures.Needed ? "input" : "",
                string.Join(", ", faults.Where(f => f.Stream == figures.Name).Select(f => Invariant($"[red]{f.Kind.Name()} {(RigClock.Now - f.StartNs) / 1e9:F0} s[/]"))));
        }
        return table;
    }

    private static Table Clocks(IReadOnlyList<ClockModel> clocks)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("clock", "offset s", "drift ppm", "within ms", "resets", "outliers", "");
        foreach (var clock in clocks)
        {
            var fit = clock.Fit;
            table.AddRow(
                Markup.Escape(clock.Name),
                Invariant($"{fit.OffsetNs / 1e9:F3}"),
                Invariant($"{fit.DriftPpm:+0.0;-0.0}"),
                fit.UncertaintyNs > 1e6 ? Invariant($"[red]{fit.UncertaintyNs / 1e6:F2}[/]") : Invariant($"{fit.UncertaintyNs / 1e6:F2}"),
                fit.Resets > 0 ? $"[red]{fit.Resets}[/]" : "0",
                fit.Outliers.ToString(CultureInfo.InvariantCulture),
                fit.BySync ? "sync" : "");
        }
        return table;
    }

    private static BarChart Latency(LatencyHistogram histogram, double deadlineMs)
    {
        var latency = histogram.Summarise();
        var chart = new BarChart().Width(60)
            .Label(Invariant($"close to hand-over: p50 {latency.P50 / 1e3:F2}  p99 {latency.P99 / 1e3:F2}  max {latency.Max / 1e3:F2} ms of {deadlineMs:F0}")).LeftAlignLabel();
        var below = 0.0;
        foreach (var edge in s_edgesMs)
        {
            var share = Share(histogram, edge);
            if (share > below)
            {
                chart.AddItem(Invariant($"to {edge} ms"), Math.Round(100 * (share - below), 1), edge <= deadlineMs ? Color.Green : Color.Red);
            }
            below = share;
        }
        return chart;
    }

    // The share of latencies up to an edge, by bisection over the quantiles that the histogram gives.
    private static double Share(LatencyHistogram histogram, double edgeMs)
    {
        if (histogram.Count == 0 || histogram.MaxNs <= edgeMs * 1e6)
        {
            return histogram.Count == 0 ? 0 : 1;
        }
        double low = 0, high = 1;
        for (var i = 0; i < 12; i++)
        {
            var middle = (low + high) / 2;
            if (histogram.PercentileNs(middle) <= edgeMs * 1e6)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private static Table Neurons(IReadOnlyList<(string Unit, double Plain, double Boxcar)> best)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("best predicted", "r, bin by bin", "r, 2 s");
        foreach (var (unit, plain, boxcar) in best)
        {
            table.AddRow(Markup.Escape(unit), Invariant($"{plain:F2}"), double.IsNaN(boxcar) ? "-" : Invariant($"{boxcar:F2}"));
        }
        return table;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
