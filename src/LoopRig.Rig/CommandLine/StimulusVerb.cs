using System.CommandLine;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Configuration;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Export;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>stimulus FILE</c>: describes a stimulus, exports its frames, shows it in a window, or finds its flips in a photodiode's trace.</summary>
internal static class StimulusVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a stimulus file, such as rig-configs/stimuli/gabor.json" };
        var rig = new Option<string?>("--rig") { HelpName = "CONFIG", Description = "the monitor of this rig's display, in place of the file's own" };
        var export = new Option<DirectoryInfo?>("--export") { HelpName = "OUT", Description = "write frames, sheet.png and trials.json into this folder" };
        var format = new Option<ExportFormat>("--format") { HelpName = "FORMAT", Description = "of the frames: video (lossless), npy, png or sheet (none)", DefaultValueFactory = _ => ExportFormat.Video };
        var show = new Option<bool>("--show") { Description = "show it in a window, or on a screen" };
        var screen = new Option<string?>("--screen") { HelpName = "NAME", Description = "the screen to fill, by name or number" };
        var clock = new Option<DisplayClock>("--clock") { HelpName = "CLOCK", Description = "what paces a shown stimulus: vsync, paced (the computer's clock) or free", DefaultValueFactory = _ => DisplayClock.Vsync };
        var flips = new Option<FileInfo?>("--flips") { HelpName = "FILE", Description = "the flip log, CSV: written by --show, read by --decode" };
        var decode = new Option<FileInfo?>("--decode") { HelpName = "TRACE", Description = "find the flips of a flip log in a photodiode's trace, .npy; --export writes them" };
        var traceHz = new Option<double?>("--trace-hz") { HelpName = "HZ", Description = "samples a second of the trace" };
        var seconds = new Option<double?>("--seconds") { HelpName = "S", Description = "end after this long" };
        var plain = new Option<bool>("--no-flip-code") { Description = "leave the corner without its mark" };
        return Verb.Create("stimulus", "Describe, export or show a stimulus.", [file, rig, export, format, show, screen, clock, flips, decode, traceHz, seconds, plain], (parsed, stop) =>
        {
            var plan = StimulusFile.Load(parsed.GetValue(file)!, ConfigPaths.FindDataFolder()).Plan(parsed.GetValue(rig) is { } config ? MonitorOf(config) : null, new PictureFiles());
            foreach (var warning in plan.Warnings)
            {
                Console.Error.WriteLine($"looprig: warning: {warning}");
            }
            int? frames = parsed.GetValue(seconds) is { } limit ? Math.Max(1, (int)Math.Round(limit * plan.Geometry.Monitor.RefreshHz)) : null;
            if (parsed.GetValue(decode) is { } trace)
            {
                return Decode(plan, trace.FullName, parsed.GetValue(traceHz), parsed.GetValue(flips)?.FullName, parsed.GetValue(export)?.FullName);
            }
            if (parsed.GetValue(export) is { } folder)
            {
                return Export(plan, folder.FullName, new ExportOptions { Format = parsed.GetValue(format), Frames = frames, FlipCode = !parsed.GetValue(plain) }, stop);
            }
            return parsed.GetValue(show) || parsed.GetValue(screen) is not null
                ? Show(plan, parsed.GetValue(screen), parsed.GetValue(clock), Math.Min(plan.Frames, frames ?? int.MaxValue), !parsed.GetValue(plain), parsed.GetValue(flips)?.FullName, stop)
                : Describe(plan);
        });
    }

    private static MonitorDescription MonitorOf(string config) => RigConfigFile.Load(config).Adapters.OfType<DisplayConfig>().FirstOrDefault()?.Monitor
        ?? throw new RigConfigException(config, "adapters", "there is no adapter of kind display");

    private static VerbResult Export(StimulusPlan plan, string folder, ExportOptions options, CancellationToken stop)
    {
        using var display = new SurfacelessDisplay();
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        using var line = new ProgressLine("export");
        var frames = Math.Min(plan.Frames, options.Frames ?? int.MaxValue);
        var result = StimulusExport.Write(plan, renderer, folder, options, done => line.Report((double)done / frames, $"frame {done} of {frames}"), stop);
        line.Done($"{result.Frames} frames, {display.Description}");
        Console.WriteLine($"{result.Frames} frames of {plan.Geometry.Monitor.WidthPx} x {plan.Geometry.Monitor.HeightPx} px{(result.Pixels is null ? "" : $" in {result.Pixels}")}; look at {result.Sheet}");
        var summary = Summary(plan);
        summary["exported_frames"] = result.Frames;
        summary["sha256"] = result.Sha256;
        summary["renderer"] = display.Description;
        summary["sheet"] = result.Sheet;
        summary["pixels"] = result.Pixels;
        return new VerbResult(ExitCodes.Done, summary);
    }

    private static VerbResult Show(StimulusPlan plan, string? screen, DisplayClock clock, int frames, bool flipCode, string? flips, CancellationToken stop)
    {
        var monitor = plan.Geometry.Monitor;
        using var display = new WindowDisplay(monitor.WidthPx, monitor.HeightPx, screen, clock == DisplayClock.Vsync);
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        renderer.Prepare(plan, stop);
        var records = new FlipRecord[frames];
        var watch = new FlipWatch(monitor.RefreshHz);
        var shown = PlanPlayer.Show(plan, renderer, display, clock, flipCode, records, watch, stop);
        if (flips is not null)
        {
            FlipLog.Write(flips, records.AsSpan(0, shown));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"{shown} flips, {display.Description}: interval {watch.MeanIntervalNs / 1e6:0.000} ms, jitter {watch.JitterNs / 1e6:0.000} ms, longest {watch.LongestNs / 1e6:0.0} ms, missed {watch.MissedByInterval} by interval, {watch.MissedByCounter?.ToString() ?? "unknown"} by counter"));
        var faults = watch.Faults(clock, display.Gl.IsSoftware);
        foreach (var fault in watch.Remark is { } remark ? [.. faults, remark] : faults)
        {
            Console.Error.WriteLine($"looprig: display: {fault}");
        }
        var summary = Summary(plan);
        summary["flips"] = shown;
        summary["display"] = Timing(watch, display.Description, faults);
        return new VerbResult(ExitCodes.Done, summary);
    }

    private static VerbResult Decode(StimulusPlan plan, string trace, double? traceHz, string? flips, string? folder)
    {
        if (traceHz is not > 0 || flips is null)
        {
            throw new RigConfigException(trace, "--decode", "needs --trace-hz, the samples a second, and --flips, the flip log");
        }
        float[] samples;
        using (var file = new NpyFile(trace))
        {
            samples = file.ReadSingles();
        }
        var (first, times) = FlipLog.ReadTimes(flips);
        var found = FlipCodeDecoder.Decode(samples, traceHz.Value, times, first, plan.Geometry.Monitor.RefreshHz);
        Console.WriteLine(FormattableString.Invariant(
            $"{found.Flips.Length} flips, {found.Seen} seen, {found.Inferred} inferred, {found.Unexplained} changes of light unexplained; photodiode = {found.OffsetS:0.######} s + {found.Rate:0.#########} x stimulus; residuals {found.ResidualRmsS * 1e3:0.000} ms rms, 99.9 % below {found.Residual999S * 1e3:0.000} ms"));
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllLines(Path.Combine(folder, "flips.csv"), found.Flips.Select(f => FormattableString.Invariant($"{f.Flip},{f.TimeS:R},{(f.Seen ? 1 : 0)},{f.ResidualS:R}")).Prepend("flip,photodiode_s,seen,residual_s"));
        }
        return new VerbResult(ExitCodes.Done, new JsonObject
        {
            ["flips"] = found.Flips.Length,
            ["seen"] = found.Seen,
            ["inferred"] = found.Inferred,
            ["unexplained"] = found.Unexplained,
            ["offset_s"] = found.OffsetS,
            ["rate"] = found.Rate,
            ["residual_rms_ms"] = found.ResidualRmsS * 1e3,
            ["residual_999_ms"] = found.Residual999S * 1e3,
        });
    }

    private static JsonObject Timing(FlipWatch watch, string description, IReadOnlyList<string> faults) => new()
    {
        ["description"] = description,
        ["interval_ms"] = watch.MeanIntervalNs / 1e6,
        ["jitter_ms"] = watch.JitterNs / 1e6,
        ["longest_ms"] = watch.LongestNs / 1e6,
        ["missed_by_interval"] = watch.MissedByInterval,
        ["missed_by_counter"] = watch.MissedByCounter,
        ["stamp"] = watch.Source.ToString().ToLowerInvariant(),
        ["timing_verified"] = faults.Count == 0,
        ["faults"] = new JsonArray([.. faults.Select(f => (JsonNode)f)]),
    };

    private static VerbResult Describe(StimulusPlan plan)
    {
        var monitor = plan.Geometry.Monitor;
        Console.WriteLine(FormattableString.Invariant(
            $"{plan.Frames} frames, {plan.Seconds:0.###} s at {monitor.RefreshHz:0.###} Hz, {monitor.WidthPx} x {monitor.HeightPx} px, {(plan.Geometry.IsSpherical ? "spherical" : "flat")} degrees, seed {plan.Seed}"));
        foreach (var group in plan.Segments.Where(s => s.Trial >= 0).GroupBy(s => s.Stimulus))
        {
            Console.WriteLine(FormattableString.Invariant($"  {group.Key}: {group.Select(s => s.Trial).Distinct().Count()} trials, {group.Count()} segments, {group.Sum(s => s.Frames) / monitor.RefreshHz:0.###} s"));
        }
        return new VerbResult(ExitCodes.Done, Summary(plan));
    }

    private static JsonObject Summary(StimulusPlan plan) => new()
    {
        ["frames"] = plan.Frames,
        ["seconds"] = plan.Seconds,
        ["segments"] = plan.Segments.Count,
        ["trials"] = plan.Segments.Select(s => s.Trial).Where(t => t >= 0).Distinct().Count(),
        ["refresh_hz"] = plan.Geometry.Monitor.RefreshHz,
        ["warnings"] = new JsonArray([.. plan.Warnings.Select(w => (JsonNode)w)]),
    };
}
