using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Recording;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>sessions list/show/recover</c>: what was recorded.</summary>
internal static class SessionsVerb
{
    private const double NsPerSecond = 1e9;

    public static Command Create() => new("sessions", "List, show and recover recorded sessions.") { List(), Show(), Recover() };

    private static Command List()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "where the sessions are", DefaultValueFactory = _ => new DirectoryInfo("sessions") };
        return Verb.Create("list", "List the sessions under a folder.", [folder], (parsed, stop) =>
        {
            var sessions = SessionCatalogue.List(parsed.GetValue(folder)!.FullName, count: true, stop);
            foreach (var s in sessions)
            {
                Console.WriteLine($"{Path.GetFileName(s.Folder),-28} {(s.BeingRecorded ? "running" : s.State.ToString().ToLowerInvariant()),-10} {s.Subject,-10} "
                    + $"{s.DurationNs / NsPerSecond,9:0.0} s {s.Streams,3} streams {s.Predictions,8} predictions {s.Bytes / 1e6,9:0.0} MB{(s.Problem is null ? "" : "  " + s.Problem)}");
            }
            Console.WriteLine($"{sessions.Count} sessions");
            return new VerbResult(ExitCodes.Done, new JsonObject { ["sessions"] = new JsonArray([.. sessions.Select(s => Line(s))]) });
        });
    }

    private static Command Show()
    {
        var folder = SessionArgument();
        return Verb.Create("show", "Count a session anew from its log: streams, rates, gaps, drops, latency.", [folder], (parsed, stop) =>
        {
            using var session = new SessionReader(parsed.GetValue(folder)!.FullName);
            var report = SessionReport.Of(session, stop);
            var (info, totals) = (report.Info, report.Totals);
            Console.WriteLine($"{report.Folder}: {info.State.ToString().ToLowerInvariant()}, subject {info.Subject.Id} ({info.Subject.Species}), {info.StartedUtc:u}");
            Console.WriteLine($"{totals.Records} records, {totals.Bytes / 1e6:0.0} MB, {(totals.LastNs - totals.FirstNs) / NsPerSecond:0.0} s");
            Console.WriteLine($"{"stream",-28} {"messages",10} {"per s",9} {"missing",8} {"dropped",8} {"late",6} {"epochs",6} {"gaps",5} {"in gaps",10} {"longest",11}  clock");
            foreach (var s in totals.Streams)
            {
                Console.WriteLine($"{s.Name,-28} {s.Messages,10} {s.RateHz,9:0.00} {s.MissingBySequence,8} {s.Dropped,8} {s.Late,6} {s.Epochs,6} {s.Gaps,5} {s.GapNs / NsPerSecond,8:0.00} s {s.LargestGapNs / 1e6,8:0.0} ms  "
                    + (report.Descriptors.TryGetValue(s.Name, out var descriptor) ? descriptor.Clock : ""));
            }
            PrintClocks(report.Clocks);
            Console.WriteLine($"{totals.Bins} bins, {totals.Predictions} predictions, {totals.Fallbacks} fallbacks, {totals.DeadlineMisses} deadline misses, {totals.Swaps} swaps, {totals.Faults} faults");
            if (totals.Predictions > 0)
            {
                var l = report.Latency;
                Console.WriteLine($"from the bin's close to the prediction: p50 {l.P50:0} us, p99 {l.P99:0}, p99.9 {l.P999:0}, max {l.Max:0}");
            }
            PrintGaps(report.Gaps);
            return new VerbResult(ExitCodes.Done, ToJson(report));
        });
    }

    private static Command Recover()
    {
        var folder = SessionArgument();
        return Verb.Create("recover", "Make a session whole again after its process died.", [folder], (parsed, stop) =>
        {
            var report = SessionRecovery.Recover(parsed.GetValue(folder)!.FullName, stop);
            Console.WriteLine(report.Changed ? $"{report.Folder}: recovered" : $"{report.Folder}: nothing to recover");
            Console.WriteLine($"{report.Totals.Records} records of {report.Totals.Streams.Count} streams, up to {(report.Totals.LastNs - report.Totals.FirstNs) / NsPerSecond:0.000} s after the first");
            if (report.InfoProblem is not null)
            {
                Console.WriteLine($"the description was made anew: {report.InfoProblem}");
            }
            if (report.TailFile is not null)
            {
                Console.WriteLine($"the damaged end is kept in {report.TailFile}");
            }
            PrintGaps(report.Gaps);
            return new VerbResult(ExitCodes.Done, new JsonObject
            {
                ["changed"] = report.Changed,
                ["records"] = report.Totals.Records,
                ["predictions"] = report.Totals.Predictions,
                ["last_ns"] = report.Totals.LastNs,
                ["gaps"] = Gaps(report.Gaps),
            });
        });
    }

    private static Argument<DirectoryInfo> SessionArgument() => new Argument<DirectoryInfo>("SESSION") { Description = "a session's folder" }.AcceptExistingOnly();

    private static void PrintGaps(IReadOnlyList<LogGap> gaps)
    {
        foreach (var gap in gaps)
        {
            Console.WriteLine($"damage in {gap.Segment} at byte {gap.Offset}, {gap.Bytes} bytes; records lost: {gap.RecordsLost?.ToString() ?? "unknown"}");
        }
    }

    private static void PrintClocks(IReadOnlyList<ClockQuality> clocks)
    {
        if (clocks.Count == 0)
        {
            return;
        }
        Console.WriteLine($"{"clock",-28} {"offset",16} {"drift",11} {"within: median",14} {"largest",9} {"resets",7} {"outliers",9}");
        foreach (var c in clocks)
        {
            Console.WriteLine(FormattableString.Invariant($"{c.Last.Name,-28} {c.Last.OffsetNs / NsPerSecond,14:0.000} s {c.Last.DriftPpm,7:+0.0;-0.0} ppm {c.MedianUncertaintyNs / 1e6,11:0.00} ms {c.LargestUncertaintyNs / 1e6,6:0.00} ms {c.Last.Resets,7} {c.Last.Outliers,9}")
                + (c.Last.BySync ? "  by sync pulses" : ""));
        }
    }

    private static JsonNode Line(SessionSummary s) => new JsonObject
    {
        ["folder"] = s.Folder,
        ["state"] = s.State.ToString().ToLowerInvariant(),
        ["subject"] = s.Subject,
        ["seconds"] = s.DurationNs / NsPerSecond,
        ["streams"] = s.Streams,
        ["predictions"] = s.Predictions,
        ["bytes"] = s.Bytes,
        ["problem"] = s.Problem,
    };

    private static JsonObject ToJson(SessionReport report) => new()
    {
        ["state"] = report.Info.State.ToString().ToLowerInvariant(),
        ["records"] = report.Totals.Records,
        ["bytes"] = report.Totals.Bytes,
        ["bins"] = report.Totals.Bins,
        ["predictions"] = report.Totals.Predictions,
        ["deadline_misses"] = report.Totals.DeadlineMisses,
        ["fallbacks"] = report.Totals.Fallbacks,
        ["drops"] = report.Totals.Streams.Sum(s => s.Dropped),
        ["latency_us"] = new JsonObject
        {
            ["p50"] = report.Latency.P50,
            ["p99"] = report.Latency.P99,
            ["p999"] = report.Latency.P999,
            ["max"] = report.Latency.Max,
        },
        ["streams"] = new JsonArray([.. report.Totals.Streams.Select(s => (JsonNode)new JsonObject
        {
            ["name"] = s.Name,
            ["messages"] = s.Messages,
            ["rate_hz"] = s.RateHz,
            ["missing"] = s.MissingBySequence,
            ["dropped"] = s.Dropped,
            ["late"] = s.Late,
            ["epochs"] = s.Epochs,
            ["gap_count"] = s.Gaps,
            ["gap_seconds"] = s.GapNs / NsPerSecond,
            ["longest_gap_seconds"] = s.LargestGapNs / NsPerSecond,
            ["clock"] = report.Descriptors.TryGetValue(s.Name, out var descriptor) ? descriptor.Clock : null,
        })]),
        ["clocks"] = new JsonArray([.. report.Clocks.Select(c => (JsonNode)new JsonObject
        {
            ["name"] = c.Last.Name,
            ["offset_ns"] = c.Last.OffsetNs,
            ["drift_ppm"] = c.Last.DriftPpm,
            ["uncertainty_median_us"] = c.MedianUncertaintyNs / 1e3,
            ["uncertainty_largest_us"] = c.LargestUncertaintyNs / 1e3,
            ["resets"] = c.Last.Resets,
            ["outliers"] = c.Last.Outliers,
            ["entries"] = c.Entries,
            ["by_sync"] = c.Last.BySync,
        })]),
        ["gaps"] = Gaps(report.Gaps),
    };

    private static JsonArray Gaps(IReadOnlyList<LogGap> gaps) => new([.. gaps.Select(g => (JsonNode)new JsonObject
    {
        ["segment"] = g.Segment,
        ["offset"] = g.Offset,
        ["bytes"] = g.Bytes,
        ["records_lost"] = g.RecordsLost,
    })]);
}
