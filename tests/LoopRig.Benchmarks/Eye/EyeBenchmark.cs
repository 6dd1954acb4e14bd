using System.Text.Json.Nodes;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>
/// The eye tracker: on a recorded video how often the pupil is found and how well its outline lies on the picture's steps, on rendered eyes the error
/// against their truth; the time of a frame on both, beside threshold, outlines and an ellipse through the largest one.
/// </summary>
internal sealed class EyeBenchmark : IBenchmark
{
    private const double BudgetMs = 3; // the 99th percentile of a frame

    public string Name => "eye";

    public string Description => "eye tracker: found fraction and edge score on a video, errors on rendered eyes with truth, time of a frame";

    public IReadOnlyList<int> Threads => [1];

    public string InputName => "an eye video";

    public IEnumerable<Result> Run(int threads, string? input)
    {
        var video = input ?? Path.Combine(Checkout.Data, "eye", "eyeloop_short_mouse_noblink.m4v");
        if (!File.Exists(video))
        {
            throw input is null
                ? new NotReadyException($"{video} is absent; LOOPRIG_DATA chooses the data folder, or give a video: bench eye VIDEO")
                : new RigConfigException("bench eye", "VIDEO", $"there is no file {video}");
        }
        yield return OnVideo(threads, video);
        yield return OnRendered(threads, PupilKind.Dark);
        yield return OnRendered(threads, PupilKind.Bright);
    }

    private Result OnVideo(int threads, string video)
    {
        var frames = EyeFrames.Read(video);
        var options = new PupilTrackerOptions { Kind = frames.LikelyKind() };
        var (seen, comparison) = EyeTiming.Measure(frames, options);
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "bench", "eye")).FullName;
        var name = Path.GetFileNameWithoutExtension(video);
        var (csv, sheet) = (Path.Combine(folder, name + ".csv"), Path.Combine(folder, name + ".png"));
        EyeCsv.Write(csv, seen);
        ContactSheet.Write(sheet, frames, seen);
        var edges = EdgeScore.Of(frames, seen, options.Kind);
        var found = (double)seen.Count(eye => eye.Found) / seen.Length;
        var result = Against(Path.GetFileName(video), threads, comparison, frames, options.Kind);
        result.Json["found_fraction"] = Result.Round(found);
        result.Json["blink_fraction"] = Result.Round((double)seen.Count(eye => eye.Blink) / seen.Length);
        result.Json["edge_score"] = Result.Round(edges.Tracked);
        result.Json["constant_edge_score"] = Result.Round(edges.Constant);
        result.Json["edge_passed_fraction"] = Result.Round(edges.TrackedPassed);
        result.Json["constant_edge_passed_fraction"] = Result.Round(edges.ConstantPassed);
        result.Json["csv"] = Path.GetRelativePath(Checkout.Root, csv);
        result.Json["sheet"] = Path.GetRelativePath(Checkout.Root, sheet);
        return result with
        {
            Lines =
            [
                $"{seen.Length} frames of {frames.Width}x{frames.Height}, {options.Kind.ToString().ToLowerInvariant()} pupil: found in {found:P1}, blinks in {seen.Count(eye => eye.Blink)} frames",
                $"edge score {edges.Tracked:0.0} grey levels, best constant ellipse {edges.Constant:0.0}; at least {edges.Limit:0.0} in {edges.TrackedPassed:P1} of the frames, constant ellipse {edges.ConstantPassed:P1}",
                Calibration(frames, seen),
                $"written: {csv}",
                $"         {sheet}",
                .. result.Lines,
            ],
        };
    }

    private Result OnRendered(int threads, PupilKind kind)
    {
        var script = new EyeScript(kind == PupilKind.Bright);
        var frames = EyeFrames.Render(script);
        var (seen, comparison) = EyeTiming.Measure(frames, new PupilTrackerOptions { Kind = kind });
        var reference = EyeTiming.TrackByThreshold(frames, kind);
        var result = Against($"rendered, {kind.ToString().ToLowerInvariant()} pupil", threads, comparison, frames, kind);
        var errors = EyeErrors.Of(script, seen, frames);
        var lines = errors.Report(result.Json);
        var referenceJson = new JsonObject();
        _ = EyeErrors.Of(script, reference, frames).Report(referenceJson);
        result.Json["reference_errors"] = referenceJson;
        return result with
        {
            Lines =
            [
                $"{frames.Count} rendered frames of {frames.Width}x{frames.Height}, {kind.ToString().ToLowerInvariant()} pupil",
                .. lines,
                $"  reference: found {referenceJson["found_fraction"]}, centre {referenceJson["centre_px"]} px, radius {referenceJson["radius_percent"]} %",
                .. result.Lines,
            ],
        };
    }

    private Result Against(string variant, int threads, Comparison comparison, EyeFrames frames, PupilKind kind)
    {
        var result = Result.Against(Name, variant, threads, "OpenCV threshold, outlines and fitEllipse of the largest", comparison, null);
        var passed = comparison.OursMs.P99 <= BudgetMs;
        result.Json["budget_ms"] = BudgetMs;
        result.Json["within_budget"] = passed;
        result.Json["width"] = frames.Width;
        result.Json["height"] = frames.Height;
        result.Json["frames"] = frames.Count;
        result.Json["pupil"] = kind.ToString().ToLowerInvariant();
        return result with { Lines = [.. result.Lines, $"  99th percentile {comparison.OursMs.P99:0.00} ms a frame, {(passed ? "within" : "OVER")} {BudgetMs} ms"] };
    }

    private static string Calibration(EyeFrames frames, PupilObservation[] seen)
    {
        var calibrator = new EyeCalibrator(frames.Width, frames.Height, noseIsLeft: false);
        foreach (var eye in seen.Where(eye => eye.Found))
        {
            calibrator.Add(eye);
        }
        if (!calibrator.TryFit(out var fit))
        {
            return "the eye's centre and radius are not determined: it moves too little";
        }
        return $"eye of radius {fit.Model.RadiusPx:0} px at ({fit.Model.CentreX:0}, {fit.Model.CentreY:0}), errors {fit.CentreErrorDeg:0.0} deg and {fit.RadiusError:P0}"
            + (fit.IsGood ? "" : ": not good enough to be used, the eye moves too little");
    }
}
