using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class FlashTests
{
    private const string Monitor = """ "monitor": { "widthPx": 552, "heightPx": 310 }, """;

    [Theory]
    [InlineData("spherical")]
    [InlineData("flat")]
    public void Draw_GaussianDot_PeaksAtItsGridPositionWithItsWidth(string correction)
    {
        using var screen = new OffScreen($$"""{ "monitor": { "widthPx": 552, "heightPx": 310, "correction": "{{correction}}" }, "stimuli": { "d": { "kind": "gaussian-dots", "flashes": 40, "seconds": 0.02 } } }""");
        var geometry = screen.Plan.Geometry;
        foreach (var segment in screen.Plan.Segments)
        {
            var spot = (GaussianSpotPattern)segment.Pattern;
            var pixels = screen.Draw(segment.FirstFrame);
            for (var i = 0; i < pixels.Length; i += 53)
            {
                var offset = geometry.DegreesAbout(spot.Centre, geometry.PointOf(i % screen.Width, i / screen.Width));
                var distance2 = offset.AzimuthDeg * offset.AzimuthDeg + offset.ElevationDeg * offset.ElevationDeg;
                Assert.Equal(Math.Clamp(128 * (1 + spot.Contrast * Math.Exp(-distance2 / 128)), 0, 255), pixels[i], 1.0);
            }
            // Where it is strongest is the middle of a cell of the grid, in degrees.
            var peak = spot.Contrast > 0 ? pixels.Max() : pixels.Min();
            var found = Enumerable.Range(0, pixels.Length).Where(i => pixels[i] == peak).Select(i => geometry.DegreesAbout(spot.Centre, geometry.PointOf(i % screen.Width, i / screen.Width))).ToArray();
            Assert.Equal(0, found.Average(f => f.AzimuthDeg), 0.5);
            Assert.Equal(0, found.Average(f => f.ElevationDeg), 0.5);
        }
    }

    [Theory]
    [InlineData(5, 8)]
    [InlineData(10, 10)]
    public void Draw_DotMapping_FillsTheScreenCellByCell(int rows, int columns)
    {
        using var screen = new OffScreen($$"""{ {{Monitor}} "stimuli": { "d": { "kind": "dot-mapping", "rows": {{rows}}, "columns": {{columns}}, "polarity": "on", "seconds": 0.02 } } }""");
        var covered = new int[screen.Width * screen.Height];
        foreach (var segment in screen.Plan.Segments)
        {
            var pixels = screen.Draw(segment.FirstFrame);
            double u = 0, v = 0, count = 0;
            for (var i = 0; i < pixels.Length; i++)
            {
                Assert.True(pixels[i] is 128 or 255);
                if (pixels[i] == 255)
                {
                    covered[i]++;
                    var point = screen.Plan.Geometry.PointOf(i % screen.Width, i / screen.Width);
                    (u, v, count) = (u + point.U, v + point.V, count + 1);
                }
            }
            var centre = screen.Plan.Geometry.AngleOf(new ScreenPoint(u / count, v / count));
            var asked = ((RectanglePattern)segment.Pattern).Centre;
            Assert.Equal(asked.AzimuthDeg, centre.AzimuthDeg, 0.3);
            Assert.Equal(asked.ElevationDeg, centre.ElevationDeg, 0.3);
        }
        Assert.All(covered, c => Assert.Equal(1, c)); // neither gap nor overlap
    }

    [Fact]
    public void Draw_Looming_HasTheAreaOfItsDiameter()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 600, "heightPx": 600, "widthCm": 20, "heightCm": 20, "distanceCm": 60, "correction": "flat" }, "stimuli": { "l": { "kind": "looming", "count": 1, "fromDeg": 2, "toDeg": 16 } } }""");
        var disc = (DiscPattern)screen.Plan.Segments[0].Pattern;
        foreach (var frame in new[] { 0, 7, 14 })
        {
            var dark = screen.Draw(frame).Sum(p => (128.0 - p) / 128);
            var pixelsPerDegree = screen.Plan.Geometry.PixelsPerDegree;
            Assert.Equal(Math.PI * Math.Pow(disc.RadiusDeg[frame] * pixelsPerDegree, 2), dark, 0.01 * dark + 5);
        }
        Assert.Equal(8, ((DiscPattern)screen.Plan.Segments[1].Pattern).RadiusDeg[0]);
    }

    [Fact]
    public void Draw_Calibration_ShowsTheLevelsExactly()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 32, "heightPx": 32 }, "stimuli": { "c": { "kind": "calibration" } } }""");
        for (var i = 0; i < 52; i++)
        {
            Assert.All(screen.Draw(i * 60), p => Assert.Equal(5 * i, p));
        }
    }

    [Fact]
    public void Draw_Linearised_ThroughTheScreensGammaIsLinear()
    {
        var gamma = """ "gamma": { "offset": 0.5, "scale": 80, "exponent": 2.2, "linearise": true } """;
        using var screen = new OffScreen($$"""{ "monitor": { "widthPx": 256, "heightPx": 32, "widthCm": 20, "heightCm": 2.5, "distanceCm": 60, "correction": "flat", {{gamma}} }, "stimuli": { "g": { "kind": "grating", "directionsDeg": [0], "spatialFrequenciesCpd": [0.11], "blankSeconds": 0 } } }""");
        var pattern = (GratingPattern)screen.Plan.Segments[0].Pattern;
        var pixels = screen.Draw(4);
        for (var column = 0; column < 256; column += 3)
        {
            var here = screen.Plan.Geometry.DegreesAbout(pattern.Centre, screen.Plan.Geometry.PointOf(column, 16));
            var asked = Math.Clamp(128.0 / 255 * (1 + Math.Cos(2 * Math.PI * (0.11 * here.AzimuthDeg - 2 * 4 / 60.0))), 0, 1);
            var light = Math.Pow(pixels[16 * 256 + column] / 255.0, 2.2);
            Assert.Equal(asked, light, 0.006);
        }
    }
}
