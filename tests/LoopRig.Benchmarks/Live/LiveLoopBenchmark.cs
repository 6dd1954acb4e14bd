using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Benchmarks;

/// <summary>
/// The live loop without the network: 60x80 frames over ZeroMQ in and predictions out, tcp and ipc. Frames through the loop and through the bare relay
/// take turns, half a period apart.
/// </summary>
internal sealed class LiveLoopBenchmark : IBenchmark
{
    private const int Frames = 2000;
    private const int WarmUp = 250;
    private const int BlockFrames = 50;
    private const long PeriodNs = 8 * RigClock.MillisecondNs;
    private const double BudgetUs = 300;

    public string Name => "loop";

    public string Description => "the live loop without the network, over tcp and ipc, against a bare libzmq relay of the same messages";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        yield return Measure("tcp");
        yield return Measure("ipc");
    }

    private Result Measure(string transport)
    {
        var pixels = LiveFrame.Pixels();
        var ours = new FrameClock(PeriodNs, Frames + WarmUp, WarmUp);
        var theirs = new FrameClock(PeriodNs, Frames + WarmUp, WarmUp);
        using var path = new LoopPath(transport, ours, pixels, new NoNetwork(), []);
        using var relay = new Relay(transport, theirs, pixels);
        path.Start();
        ours.Begin(0); // now that both paths stand
        theirs.Begin(PeriodNs / 2);
        using (var pacer = new Pacer(CancellationToken.None))
        {
            for (var frame = 0; frame < ours.Frames; frame++)
            {
                pacer.WaitUntil(ours.DueNs(frame));
                path.Send(frame);
                pacer.WaitUntil(theirs.DueNs(frame));
                relay.Send(frame);
            }
            pacer.WaitUntil(RigClock.Now + 50 * RigClock.MillisecondNs); // the last ones arrive
        }
        path.Check();
        return Report(transport, path, relay);
    }

    private Result Report(string transport, LoopPath path, Relay relay)
    {
        var (loop, whole, bare) = (path.Sink.Latency.Summarise(), path.EndToEnd.Summarise(), relay.EndToEnd.Summarise());
        var comparison = new Comparison(Blocks(path.FrameMs), Blocks(relay.FrameMs));
        const string Reference = "bare libzmq relay PUB -> SUB -> PUB -> SUB of the same messages, blocking receives";
        var json = new JsonObject
        {
            ["name"] = Name,
            ["case"] = transport,
            ["threads"] = 1,
            ["reference"] = Reference,
            ["ratio"] = Result.Round(comparison.Ratio),
            ["ratio_interval"] = new JsonArray(Result.Round(comparison.Interval.Low), Result.Round(comparison.Interval.High)),
            ["ours_ms"] = Result.ToJson(comparison.OursMs),
            ["reference_ms"] = Result.ToJson(comparison.ReferenceMs),
            ["latency_us"] = Microseconds(loop),
            ["end_to_end_us"] = Microseconds(whole),
            ["reference_us"] = Microseconds(bare),
            ["real_time"] = LoopPath.IsRealTime,
            ["cores_awake"] = path.CoresAwake,
            ["frames"] = path.EndToEnd.Count,
            ["fallbacks"] = path.Sink.Fallbacks,
            ["drops"] = path.Drops,
            ["not_merged"] = path.NotMerged,
            ["budget_us"] = BudgetUs,
            ["within_budget"] = loop.P99 <= BudgetUs,
            ["end_to_end_within_budget"] = whole.P99 <= BudgetUs,
        };
        return new Result(json,
        [
            $"{Name} {transport}: {path.EndToEnd.Count} frames of 60x80 at {1e9 / PeriodNs:0} Hz, {(LoopPath.IsRealTime ? $"real-time priority {LoopPath.RealTimePriority}" : "ordinary scheduling")}, idle cores {(path.CoresAwake ? "kept awake" : "asleep")}; p99 {(loop.P99 <= BudgetUs ? "within" : "OVER")} {BudgetUs:0} us in the loop, "
                + $"{(whole.P99 <= BudgetUs ? "within" : "OVER")} from send to receive",
            $"  loop (receipt of the closing frame to hand-over)  {Text(loop)}",
            $"  source's send to subscriber's receive             {Text(whole)}",
            $"  reference, send to receive                        {Text(bare)}  {Reference}",
            $"  ratio of the medians from send to receive {comparison.Ratio:0.00} [{comparison.Interval.Low:0.00}, {comparison.Interval.High:0.00}]; "
                + $"fallbacks {path.Sink.Fallbacks}, drops {path.Drops}, frames after their bin {path.NotMerged}",
        ]);
    }

    // The frames of both paths alternate, so equal places are neighbours in time.
    private static List<double[]> Blocks(double[] frames) => [.. frames.Chunk(BlockFrames).Select(block => block.Where(double.IsFinite).ToArray())];

    private static string Text(LatencySummary latency) => $"p50 {latency.P50,7:0.0}  p99 {latency.P99,7:0.0}  p99.9 {latency.P999,7:0.0}  max {latency.Max,8:0.0} us";

    private static JsonObject Microseconds(LatencySummary latency) => new()
    {
        ["p50"] = Result.Round(latency.P50),
        ["p99"] = Result.Round(latency.P99),
        ["p999"] = Result.Round(latency.P999),
        ["max"] = Result.Round(latency.Max),
    };
}
