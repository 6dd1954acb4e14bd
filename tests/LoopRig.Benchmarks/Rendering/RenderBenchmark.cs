using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Benchmarks;

/// <summary>What a frame of each stimulus costs without a display: wall and processor time, and managed bytes; then how long a command takes to be drawn.</summary>
internal sealed class RenderBenchmark : IBenchmark
{
    private const int WarmUp = 10;
    private const double SecondsACase = 1.5;

    // Each kind once, as short as it can be: a frame costs the same whenever it is drawn.
    private static readonly (string Name, string Json)[] s_kinds =
    [
        ("gabor", """{ "kind": "gabor", "filters": 2 }"""),
        ("grating", """{ "kind": "grating", "blankSeconds": 0, "directionsDeg": [30] }"""),
        ("plaid in an aperture", """{ "kind": "grating", "blankSeconds": 0, "directionsDeg": [30], "plaidDeg": 120, "aperture": { "radiusDeg": 30 } }"""),
        ("random dots", """{ "kind": "random-dots", "movements": 1, "movementSeconds": 120 }"""),
        ("gaussian dots", """{ "kind": "gaussian-dots", "flashes": 8 }"""),
        ("dot mapping", """{ "kind": "dot-mapping", "flashes": 8 }"""),
        ("monet2", """{ "kind": "monet2", "seconds": 2, "directions": 2 }"""),
        ("sparse noise", """{ "kind": "sparse-noise", "seconds": 2, "rateHz": 60 }"""),
        ("flash", """{ "kind": "flash", "count": 4 }"""),
        ("looming", """{ "kind": "looming", "count": 4 }"""),
    ];

    public string Name => "render";

    public string Description => "a frame of each stimulus at 1920 x 1080 and 1024 x 600 without a display: time, processor time, managed bytes, command to drawn; against a gray frame";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        foreach (var (width, height) in new[] { (1920, 1080), (1024, 600) })
        {
            foreach (var (name, json) in s_kinds)
            {
                yield return Measure(name, json, width, height);
            }
            yield return CommandLatency.Measure(Name, width, height);
        }
    }

    private Result Measure(string name, string stimulus, int width, int height)
    {
        var monitor = new MonitorDescription { WidthPx = width, HeightPx = height };
        var plan = StimulusFile.Parse(Encoding.UTF8.GetBytes($$"""{ "stimuli": { "s": {{stimulus}} } }"""), name).Plan(monitor, new PictureFiles());
        using var display = new SurfacelessDisplay();
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        renderer.Prepare(plan, CancellationToken.None);
        var gray = Time(plan.Frames, _ => renderer.DrawUniform(Pattern.Gray), renderer, display);
        var at = 0;
        var ours = Time(plan.Frames, frame =>
        {
            at = plan.SegmentAt(frame, at);
            renderer.Draw(plan.Segments[at].Pattern, frame - plan.Segments[at].FirstFrame);
        }, renderer, display);
        var json = new JsonObject
        {
            ["name"] = Name,
            ["case"] = $"{name} {width}x{height}",
            ["threads"] = Environment.ProcessorCount,
            ["reference"] = "a gray frame on the same renderer",
            ["ratio"] = Result.Round(ours.FrameMs.P50 / gray.FrameMs.P50),
            ["ratio_interval"] = null,
            ["ours_ms"] = Result.ToJson(ours.FrameMs),
            ["reference_ms"] = Result.ToJson(gray.FrameMs),
            ["frames_per_s"] = Result.Round(1000 / ours.FrameMs.P50),
            ["cpu_ms"] = Result.Round(ours.CpuMs),
            ["allocated_bytes_per_frame"] = ours.BytesAFrame,
            ["renderer"] = display.Description,
        };
        return new Result(json,
            [FormattableString.Invariant($"{Name} {name,-22} {width}x{height}: {1000 / ours.FrameMs.P50,7:0.0} frames/s, p50 {ours.FrameMs.P50,7:0.00} p99 {ours.FrameMs.P99,7:0.00} ms, processor {ours.CpuMs,7:0.00} ms a frame, {ours.BytesAFrame} bytes; gray {gray.FrameMs.P50:0.00} ms")]);
    }

    private static (Spread FrameMs, double CpuMs, long BytesAFrame) Time(int frames, Action<int> draw, StimulusRenderer renderer, SurfacelessDisplay display)
    {
        var times = new List<double>(4096);
        using var process = Process.GetCurrentProcess();
        var (cpu, bytes, until) = (TimeSpan.Zero, 0L, long.MaxValue);
        for (var i = 0; RigClock.Now < until && times.Count < 4096; i++)
        {
            if (i == WarmUp)
            {
                process.Refresh();
                (cpu, until) = (process.TotalProcessorTime, RigClock.Now + (long)(SecondsACase * 1e9));
                bytes = GC.GetAllocatedBytesForCurrentThread();
            }
            var begin = RigClock.Now;
            draw(i % frames);
            renderer.DrawFlipMark(i);
            display.Show(renderer);
            if (i >= WarmUp)
            {
                times.Add((RigClock.Now - begin) / 1e6);
            }
        }
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        process.Refresh();
        return (Spread.Of([.. times]), (process.TotalProcessorTime - cpu).TotalMilliseconds / times.Count, bytes / times.Count);
    }
}
