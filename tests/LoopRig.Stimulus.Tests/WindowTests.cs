using System.Text;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Glfw;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Live;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;
using Xunit;

namespace LoopRig.Stimulus.Tests;

/// <summary>A real window under Xvfb.</summary>
public class WindowTests(VirtualScreen screen) : IClassFixture<VirtualScreen>
{
    private const string Sequence = """
        { "monitor": { "widthPx": 320, "heightPx": 180, "refreshHz": 60 }, "seed": 3,
          "stimuli": { "gabor": { "kind": "gabor", "filters": 2, "filterSeconds": 0.3 }, "dots": { "kind": "random-dots", "movements": 1, "movementSeconds": 0.3 },
                       "spots": { "kind": "gaussian-dots", "flashes": 4, "seconds": 0.1 }, "pink": { "kind": "monet2", "seconds": 0.3, "directions": 1 } },
          "sequence": { "order": "shuffled", "betweenSeconds": 0.1 } }
        """;

    [Fact]
    public void Show_SequenceInAWindow_LogsOneRecordAFlip()
    {
        screen.SkipWithout();
        var plan = Plan();
        using var display = new WindowDisplay(320, 180, null, waitForRefresh: false);
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        renderer.Prepare(plan, TestContext.Current.CancellationToken);
        var (records, watch) = (new FlipRecord[plan.Frames], new FlipWatch(60));
        var shown = PlanPlayer.Show(plan, renderer, display, DisplayClock.Paced, true, records, watch, TestContext.Current.CancellationToken);
        Assert.Equal(plan.Frames, shown);
        for (var i = 0; i < shown; i++)
        {
            Assert.Equal((i, i), (records[i].Flip, records[i].Frame));
            Assert.Equal(plan.SegmentAt(i), records[i].Segment);
            Assert.True(records[i].CommandedNs <= records[i].DrawnNs && records[i].DrawnNs <= records[i].FlippedNs);
            Assert.True(i == 0 || records[i].FlippedNs > records[i - 1].FlippedNs);
        }
        // Paced: not faster than asked for, whatever the load of the computer.
        Assert.True(records[^1].FlippedNs - records[0].FlippedNs > (shown - 2) * 1e9 / 60);
        Assert.Contains(watch.Faults(DisplayClock.Paced, display.Gl.IsSoftware), f => f.Contains("unverified", StringComparison.Ordinal));
        var file = Path.GetTempFileName();
        FlipLog.Write(file, records);
        Assert.Equal(shown + 1, File.ReadAllLines(file).Length);
        Assert.Equal((0, shown), (FlipLog.ReadTimes(file).First, FlipLog.ReadTimes(file).TimesS.Length));
        File.Delete(file);
    }

    [Fact]
    public void Draw_InAWindowAndWithoutOne_GivesTheSamePixels()
    {
        screen.SkipWithout();
        var plan = Plan();
        Assert.Equal(Pixels(plan, () => new SurfacelessDisplay()), Pixels(plan, () => new WindowDisplay(320, 180, null, waitForRefresh: false)));
    }

    [Fact]
    public void Show_InAWindow_AllocatesNothing()
    {
        screen.SkipWithout();
        var plan = Plan();
        using var display = new WindowDisplay(320, 180, null, waitForRefresh: false);
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        renderer.Prepare(plan, TestContext.Current.CancellationToken);
        var watch = new FlipWatch(60);
        for (var pass = 0; pass < 2; pass++)
        {
            renderer.Prepare(plan, TestContext.Current.CancellationToken);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var at = 0;
            for (var frame = 0; frame < plan.Frames; frame++)
            {
                at = plan.SegmentAt(frame, at);
                renderer.Draw(plan.Segments[at].Pattern, frame - plan.Segments[at].FirstFrame);
                renderer.DrawFlipMark(frame);
                watch.Take(display.Show(renderer));
            }
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(pass == 0 || bytes == 0, $"{bytes} bytes in {plan.Frames} flips");
        }
    }

    [Fact]
    public void Screens_OfTheServer_AreListed()
    {
        screen.SkipWithout();
        Assert.Contains(GlfwWindow.Screens(), s => s is { Width: 800, Height: 600 });
    }

    [Fact]
    public void Open_AnotherScreen_NamesThoseThereAre()
    {
        screen.SkipWithout();
        Assert.Contains("there is no screen 'left'; there is: 0 (", Assert.Throws<NotReadyException>(() => new WindowDisplay(320, 180, "left", true)).Message);
    }

    private static StimulusPlan Plan() => StimulusFile.Parse(Encoding.UTF8.GetBytes(Sequence), "test.json").Plan(null, new PictureFiles());

    private static byte[][] Pixels(StimulusPlan plan, Func<IDisplay> open)
    {
        using var display = open();
        using var renderer = new StimulusRenderer(display.Gl, plan.Geometry);
        renderer.Prepare(plan, TestContext.Current.CancellationToken);
        var frames = new List<byte[]>();
        for (var frame = 0; frame < plan.Frames; frame += 5)
        {
            var segment = plan.Segments[plan.SegmentAt(frame)];
            renderer.Draw(segment.Pattern, frame - segment.FirstFrame);
            renderer.DrawFlipMark(frame);
            display.Show(renderer);
            var pixels = new byte[320 * 180];
            renderer.Canvas.ReadInto(pixels);
            frames.Add(pixels);
        }
        return [.. frames];
    }
}
