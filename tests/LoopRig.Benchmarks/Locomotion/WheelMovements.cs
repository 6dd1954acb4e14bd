using System.Text.Json.Nodes;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>
/// The treadmill's flag of movement on a real wheel trace with reference movements, with the parameters that a rig has by default; then with each of them
/// moved, where tuning to the trace would show. Raw encoder logs are read besides.
/// </summary>
internal static class WheelMovements
{
    private const double RadiusCm = 3.1;
    private const int CountsPerTurn = 4096; // 1024 lines read in quadrature
    private const double CmPerCount = 2 * Math.PI * RadiusCm / CountsPerTurn;

    private static readonly TreadmillOptions s_wheel = new() { Name = "wheel", CountsPerTurn = CountsPerTurn, RadiusCm = RadiusCm };

    /// <exception cref="NotReadyException">The recordings are absent.</exception>
    public static Result Run(string name)
    {
        var path = Recorded("wheel/wheel_session1_t_pos.npy");
        using var file = new NpyFile(path);
        var log = file.ReadDoubles();
        var references = References(Recorded("wheel/wheel_session1_movements_on_off_amp.npy"), log[0]);
        for (var i = log.Length - 2; i >= 0; i -= 2)
        {
            log[i] -= log[0];
        }
        var trace = WheelTrace.Of(path, s_wheel);
        var score = MovementScore.Of(references, trace.Movements(s_wheel));
        var (threshold, plain) = BestPlain(log, references);
        var comparison = InterleavedRun.Measure(new ProcessorSide(log, s_wheel), new PlainSide(log, CmPerCount, threshold))[0];
        var result = Result.Against(name, "wheel", 1, $"{PlainThreshold.Form}, at its best threshold ({threshold:0.0} cm/s)", comparison, null);
        var json = result.Json;
        (json["reference_movements"], json["found"], json["apart"], json["others"], json["passed"]) = (score.References, score.Found, score.Apart, score.Others, score.IsAllowed);
        (json["onset_error_ms"], json["end_error_ms"]) = (Errors(score.OnErrors), Errors(score.OffErrors));
        json["filter_delay_ms"] = s_wheel.SpeedWindowMs / 2;
        json["plain"] = new JsonObject { ["threshold_cm_per_s"] = threshold, ["found"] = plain.Found, ["others"] = plain.Others };
        var (ours, theirs) = (comparison.OursMs.P50 * 1e6 / ProcessorSide.Samples, comparison.ReferenceMs.P50 * 1e6 / ProcessorSide.Samples);
        (json["ns_per_reading"], json["reference_ns_per_reading"]) = (Result.Round(ours), Result.Round(theirs));
        List<string> lines =
        [
            $"wheel trace, {trace.Readings} readings, {score.References} reference movements: {score}{(score.IsAllowed ? "" : ", NOT ALLOWED")}",
            $"  onset off by {Quantiles(score.OnErrors)}, end by {Quantiles(score.OffErrors)} (median, extremes); filter delay {s_wheel.SpeedWindowMs / 2:0} ms already taken off",
            $"  plain difference and threshold, at the best of 30 thresholds ({threshold:0.0} cm/s): {plain}",
        ];
        Neighbours(json, lines, path, references);
        Logs(json, lines);
        lines.Add($"cost {ours:0} ns a reading at 1 kHz in and {s_wheel.OutputRateHz:0} Hz out, reference {theirs:0} ns; a step below is {ProcessorSide.Samples} readings");
        return result with { Lines = [.. lines, .. result.Lines] };
    }

    private static List<Movement> References(string path, double start)
    {
        using var file = new NpyFile(path);
        var values = file.ReadDoubles();
        return [.. Enumerable.Range(0, file.Rows).Select(i => new Movement(values[file.RowLength * i] - start, values[(file.RowLength * i) + 1] - start))];
    }

    // A reference that is held to a bad threshold would prove nothing.
    private static (double Threshold, MovementScore Score) BestPlain(double[] log, List<Movement> references) =>
        Enumerable.Range(1, 30).Select(i => i * 0.2).Select(t => (t, MovementScore.Of(references, PlainThreshold.Movements(log, CmPerCount, t))))
            .OrderByDescending(s => s.Item2.Found - s.Item2.Others).First();

    private static void Neighbours(JsonObject json, List<string> lines, string path, List<Movement> references)
    {
        (string Name, TreadmillOptions Options)[] moved =
        [
            ("speedWindowMs 80", s_wheel with { SpeedWindowMs = 80 }), ("speedWindowMs 125", s_wheel with { SpeedWindowMs = 125 }), ("speedWindowMs 150", s_wheel with { SpeedWindowMs = 150 }),
            ("movingAboveCmPerS 0.8", s_wheel with { MovingAboveCmPerS = 0.8 }), ("movingAboveCmPerS 0.9", s_wheel with { MovingAboveCmPerS = 0.9 }), ("movingAboveCmPerS 1.2", s_wheel with { MovingAboveCmPerS = 1.2 }),
            ("stillBelowCmPerS 0.28", s_wheel with { StillBelowCmPerS = 0.28 }), ("stillBelowCmPerS 0.56", s_wheel with { StillBelowCmPerS = 0.56 }),
            ("stillAfterMs 140", s_wheel with { StillAfterMs = 140 }), ("stillAfterMs 280", s_wheel with { StillAfterMs = 280 }), ("outputRateHz 50", s_wheel with { OutputRateHz = 50 }), ("outputRateHz 1000", s_wheel with { OutputRateHz = 1000 }),
        ];
        var list = new JsonArray();
        var scores = moved.Select(m => MovementScore.Of(references, WheelTrace.Of(path, m.Options).Movements(m.Options))).ToArray();
        for (var i = 0; i < moved.Length; i++)
        {
            list.Add(new JsonObject { ["parameter"] = moved[i].Name, ["found"] = scores[i].Found, ["apart"] = scores[i].Apart, ["others"] = scores[i].Others });
        }
        json["neighbours"] = list;
        lines.Add($"  each parameter moved ({moved.Length} ways): {scores.Min(s => s.Found)} to {scores.Max(s => s.Found)} found, {scores.Min(s => s.Others)} to {scores.Max(s => s.Others)} others; "
            + $"outside what is allowed: {string.Join(", ", moved.Where((_, i) => !scores[i].IsAllowed).Select(m => m.Name).DefaultIfEmpty("none"))}");
    }

    private static void Logs(JsonObject json, List<string> lines)
    {
        (string Path, TreadmillOptions Options, HarpEncoderOptions? Harp)[] logs =
        [
            ("wheel/session_biased_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", s_wheel with { CountsPerTurn = 1024 }, null),
            ("wheel/session_training_ge5__raw_behavior_data___iblrig_encoderPositions.raw.ssv", s_wheel with { CountsPerTurn = 1024 }, null),
            ("harp/aeon/Patch2_90_2022-06-13T12-00-00.bin", s_wheel with { CountsPerTurn = 16384, CounterBits = 14 }, new HarpEncoderOptions { Register = 90 }),
        ];
        var list = new JsonArray();
        foreach (var (file, options, harp) in logs)
        {
            var trace = WheelTrace.Of(Recorded(file), options, harp);
            var (speeds, positions) = (trace.Speeds, trace.Positions);
            var (most, way) = (speeds.Max(Math.Abs), positions[^1] - positions[0]);
            var movements = trace.Movements(options).Count;
            list.Add(new JsonObject
            {
                ["file"] = Path.GetFileName(file),
                ["readings"] = trace.Readings,
                ["left_out"] = trace.LeftOut,
                ["seconds"] = Result.Round(trace.Times[^1]),
                ["most_cm_per_s"] = Result.Round(most),
                ["way_cm"] = Result.Round(way),
                ["movements"] = movements,
            });
            lines.Add($"  {Path.GetFileName(file)}: {trace.Readings} readings in {trace.Times[^1]:0.0} s, {trace.LeftOut} left out; fastest {most:0.0} cm/s, way {way:0.0} cm, {movements} movements");
        }
        json["logs"] = list;
    }

    private static JsonObject Errors(double[] seconds)
    {
        var sorted = seconds.Order().ToArray();
        return new JsonObject { ["median"] = Result.Round(1e3 * sorted[sorted.Length / 2]), ["least"] = Result.Round(1e3 * sorted[0]), ["most"] = Result.Round(1e3 * sorted[^1]) };
    }

    private static string Quantiles(double[] seconds)
    {
        var sorted = seconds.Order().ToArray();
        return $"{1e3 * sorted[sorted.Length / 2]:0} ms ({1e3 * sorted[0]:0} to {1e3 * sorted[^1]:0})";
    }

    private static string Recorded(string name)
    {
        var path = Path.Combine(Checkout.Data, name);
        return File.Exists(path) ? path : throw new NotReadyException($"{path} does not exist; set LOOPRIG_DATA to the folder of the recordings");
    }
}
