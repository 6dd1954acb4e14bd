using Xunit;

namespace LoopRig.Stimulus.Tests;

public class RendererTests
{
    private const string EveryKind = """
        { "monitor": { "widthPx": 320, "heightPx": 180 },
          "stimuli": {
            "gabor": { "kind": "gabor", "filters": 3 }, "grating": { "kind": "grating", "plaidDeg": 90 }, "dots": { "kind": "random-dots", "movements": 3 },
            "spots": { "kind": "gaussian-dots", "flashes": 20 }, "squares": { "kind": "dot-mapping", "flashes": 20 }, "noise": { "kind": "sparse-noise", "seconds": 2 },
            "pink": { "kind": "monet2", "seconds": 2, "directions": 2 }, "chirp": { "kind": "chirp", "sweepSeconds": 1 }, "flash": { "kind": "flash", "count": 2 }, "looming": { "kind": "looming", "count": 2 } } }
        """;

    [Fact]
    public void Draw_EveryKind_AllocatesNothing()
    {
        using var screen = new OffScreen(EveryKind);
        var at = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            if (pass == 1)
            {
                screen.Renderer.Prepare(screen.Plan, TestContext.Current.CancellationToken); // dots begin anew
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var frame = 0; frame < screen.Plan.Frames; frame++)
            {
                at = screen.Plan.SegmentAt(frame, at);
                screen.Renderer.Draw(screen.Plan.Segments[at].Pattern, frame - screen.Plan.Segments[at].FirstFrame);
                screen.Renderer.DrawFlipMark(frame);
            }
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(pass == 0 || bytes == 0, $"{bytes} bytes in {screen.Plan.Frames} frames");
        }
    }

    [Fact]
    public void Draw_TwoRenderers_GiveTheSamePixels()
    {
        using var a = new OffScreen(EveryKind);
        var first = Enumerable.Range(0, 12).Select(i => a.Draw(i * a.Plan.Frames / 12)).ToArray();
        using var b = new OffScreen(EveryKind);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(first[i], b.Draw(i * b.Plan.Frames / 12));
        }
    }

    [Fact]
    public void DrawFlipMark_Block_IsThePublishedPatch()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 400, "heightPx": 200 }, "stimuli": { "b": { "kind": "blank" } } }""");
        for (var flip = 64; flip < 96; flip++)
        {
            _ = screen.Draw(0);
            screen.Renderer.DrawFlipMark(flip);
            var pixels = screen.Read();
            // 5 % x 6 % of the screen, upper left; gray is columns of white and black.
            for (var row = 0; row < 12; row++)
            {
                for (var column = 0; column < 20; column++)
                {
                    var expected = flip % 2 == 0 ? 0 : flip == 67 ? (column % 2 == 0 ? 255 : 0) : 255;
                    Assert.Equal(expected, pixels[row * 400 + column]);
                }
            }
            Assert.Equal(128, pixels[20]);
            Assert.Equal(128, pixels[12 * 400]);
        }
    }

    [Fact]
    public void Draw_LinearisedUniform_GoesThroughTheTable()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 32, "heightPx": 32, "gamma": { "exponent": 2, "linearise": true } }, "stimuli": { "b": { "kind": "blank", "level": 0.5 } } }""");
        Assert.All(screen.Draw(0), p => Assert.Equal(180, p)); // 255 sqrt(0.5)
    }
}
