using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class DotsTests
{
    [Theory]
    [InlineData("spherical")]
    [InlineData("flat")]
    public void Draw_Dots_LieWhereTheFieldSaysWithTheirSizeInDegrees(string correction)
    {
        using var screen = new OffScreen($$"""
            { "monitor": { "widthPx": 1104, "heightPx": 620, "correction": "{{correction}}" },
              "stimuli": { "d": { "kind": "random-dots", "movements": 1, "colour": "white", "densityPerSquareDeg": 0.001, "motions": ["right"], "coherences": [1], "lifeSeconds": 0 } } }
            """);
        var pattern = (DotsPattern)screen.Plan.Segments[0].Pattern;
        var field = new DotField(pattern.Field);
        var dots = new Dot[field.Count];
        for (var i = 0; i < 20; i++)
        {
            field.Step();
        }
        field.CopyTo(dots);
        var pixels = screen.Draw(20);
        var geometry = screen.Plan.Geometry;
        for (var row = 3; row < screen.Height; row += 5)
        {
            for (var column = 3; column < screen.Width; column += 5)
            {
                var point = geometry.PointOf(column, row);
                var nearest = dots.Min(d => Distance(geometry, pattern.Field.Middle, d, point));
                var inPixels = 0.15; // a degree has 9 pixels at the middle, more at the edge
                if (nearest < 2.6 - inPixels)
                {
                    Assert.Equal(255, pixels[row * screen.Width + column]);
                }
                else if (nearest > 2.6 + inPixels)
                {
                    Assert.Equal(128, pixels[row * screen.Width + column]);
                }
            }
        }
    }

    [Fact]
    public void Draw_CoherentDots_MoveAtTheirSpeedOnTheScreen()
    {
        using var screen = new OffScreen("""
            { "monitor": { "widthPx": 512, "heightPx": 512, "widthCm": 40, "heightCm": 40, "distanceCm": 100, "correction": "flat" },
              "stimuli": { "d": { "kind": "random-dots", "movements": 1, "colour": "white", "radiusDeg": 0.6, "speedDegPerS": 6, "densityPerSquareDeg": 0.1, "motions": ["up"], "coherences": [1], "lifeSeconds": 0 } } }
            """);
        // 6 degrees a second are 1 degree in 10 frames, 22.34 pixels a degree.
        var (before, after) = (screen.Draw(0), screen.Draw(10));
        var best = Enumerable.Range(0, 60).MaxBy(shift => Overlap(before, after, screen.Width, shift));
        Assert.Equal(screen.Plan.Geometry.PixelsPerDegree, best, 1.0);
    }

    [Fact]
    public void Draw_BothColours_AreBalanced()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 552, "heightPx": 310 }, "stimuli": { "d": { "kind": "random-dots" } } }""");
        var pixels = screen.Draw(90);
        var (white, black) = (pixels.Count(p => p == 255), pixels.Count(p => p == 0));
        Assert.InRange((white + black) / (double)pixels.Length, 0.1, 0.35);
        Assert.InRange(white / (double)(white + black), 0.35, 0.65);
    }

    private static double Distance(MonitorGeometry geometry, VisualAngle middle, Dot dot, ScreenPoint point)
    {
        if (!geometry.IsSpherical)
        {
            var here = geometry.DegreesAbout(middle, point);
            return Math.Sqrt(Math.Pow(here.AzimuthDeg - dot.X, 2) + Math.Pow(here.ElevationDeg - dot.Y, 2));
        }
        var frame = MonitorGeometry.FrameOf(middle);
        var length = Math.Sqrt(dot.X * dot.X + dot.Y * dot.Y);
        var (sin, cos) = Math.SinCos(length * Math.PI / 180);
        var ray = cos * frame.Ahead + (sin * dot.X / length) * frame.Right + (sin * dot.Y / length) * frame.Up;
        return Math.Acos(Math.Min(1, EyeVector.Dot(ray, geometry.DirectionOf(point)))) * 180 / Math.PI;
    }

    // The later picture lies `shift` rows higher.
    private static double Overlap(byte[] before, byte[] after, int width, int shift)
    {
        double sum = 0;
        for (var row = 100; row < width - 100; row++)
        {
            for (var column = 0; column < width; column++)
            {
                sum += (before[row * width + column] - 128.0) * (after[(row - shift) * width + column] - 128.0);
            }
        }
        return sum;
    }
}
