using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class GratingTests
{
    // A small screen far away, so that degrees are almost pixels: 16 degrees wide.
    private static readonly MonitorDescription s_far = new() { WidthCm = 40, HeightCm = 40, DistanceCm = 142.3, WidthPx = 256, HeightPx = 256, RefreshHz = 60, Correction = Correction.Flat };

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(30, 0.75)]
    [InlineData(90, 1)]
    [InlineData(225, 0.5)]
    public void Draw_Gabor_HasTheFrequencyAndOrientationAskedFor(double direction, double frequency)
    {
        using var screen = new OffScreen(FormattableString.Invariant(
            $$"""{ "stimuli": { "g": { "kind": "gabor", "filters": 1, "directionsDeg": [{{direction}}], "phasesDeg": [0], "spatialFrequenciesCpd": [{{frequency}}], "temporalFrequenciesHz": [2], "sigmaDeg": 3, "azimuthDeg": 1, "elevationDeg": -0.5 } } }"""), s_far);
        var (first, later) = (screen.Draw(0), screen.Draw(5));
        var (fx, fy) = Peak(first, screen);
        Assert.Equal(frequency, Math.Sqrt(fx * fx + fy * fy), 0.02 * frequency);
        var orientation = Math.Atan2(fy, fx) * 180 / Math.PI; // of the normal, up to its sign
        Assert.InRange(Math.Abs(Math.IEEERemainder(orientation - direction, 180)), 0, 1);
        // 5 of 60 frames at 2 Hz are a sixth of a cycle, towards the direction.
        var (sin, cos) = Math.SinCos(direction * Math.PI / 180);
        var turned = Phase(later, screen, frequency * cos, frequency * sin) - Phase(first, screen, frequency * cos, frequency * sin);
        Assert.Equal(-60, Math.IEEERemainder(turned, 360), 1.0);
    }

    [Fact]
    public void Draw_Gabor_IsTheFormulaToALevel()
    {
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 320, "heightPx": 180, "tiltDeg": 10 }, "seed": 3, "stimuli": { "g": { "kind": "gabor", "filters": 4 } } }""");
        foreach (var segment in screen.Plan.Segments)
        {
            var pattern = (GratingPattern)segment.Pattern;
            var pixels = screen.Draw(segment.FirstFrame + 17);
            var worst = 0.0;
            for (var row = 0; row < screen.Height; row += 7)
            {
                for (var column = 0; column < screen.Width; column += 7)
                {
                    var here = screen.Plan.Geometry.DegreesAbout(pattern.Centre, screen.Plan.Geometry.PointOf(column, row));
                    worst = Math.Max(worst, Math.Abs(Expected(pattern, here, 17 / 60.0) - pixels[row * screen.Width + column]));
                }
            }
            Assert.InRange(worst, 0, 1); // half a level of rounding, and single precision
        }
    }

    [Fact]
    public void Draw_Plaid_IsTheSumOfItsGratings()
    {
        using var screen = new OffScreen("""{ "stimuli": { "g": { "kind": "grating", "plaidDeg": 120, "directionsDeg": [90], "spatialFrequenciesCpd": [0.5], "blankSeconds": 0 } } }""", s_far);
        var pattern = (GratingPattern)screen.Plan.Segments[0].Pattern;
        Assert.Equal([30.0, 150.0], pattern.Components.Select(c => c.DirectionDeg));
        var pixels = screen.Draw(11);
        var here = screen.Plan.Geometry.DegreesAbout(pattern.Centre, screen.Plan.Geometry.PointOf(100, 60));
        Assert.Equal(Expected(pattern, here, 11 / 60.0), pixels[60 * screen.Width + 100], 1.0);
        Assert.True(Power(pixels, screen, 0.5 * Math.Cos(Math.PI / 6), 0.25) > 20 * Power(pixels, screen, 0.5, 0));
    }

    [Fact]
    public void Draw_SquareGratingInAnAperture_IsBlackWhiteAndGrayOutside()
    {
        using var screen = new OffScreen("""
            { "monitor": { "widthPx": 320, "heightPx": 180 },
              "stimuli": { "g": { "kind": "grating", "square": true, "directionsDeg": [0], "blankSeconds": 0, "aperture": { "radiusDeg": 20, "edgeDeg": 4, "azimuthDeg": 15 } } } }
            """);
        var pixels = screen.Draw(3);
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var point = screen.Plan.Geometry.PointOf(i % screen.Width, i / screen.Width);
            var offset = screen.Plan.Geometry.DegreesAbout(new VisualAngle(15, 0), point);
            var distance = Math.Sqrt(offset.AzimuthDeg * offset.AzimuthDeg + offset.ElevationDeg * offset.ElevationDeg);
            if (distance < 17.9)
            {
                Assert.True(pixels[i] is 0 or 255, $"{pixels[i]} at {distance} degrees");
            }
            else if (distance > 22.1)
            {
                Assert.Equal(128, pixels[i]);
            }
        }
    }

    [Fact]
    public void Draw_SphericalGrating_HasTheSameFrequencyAtTheEdgeOfTheScreen()
    {
        // Along the horizontal meridian the phase grows evenly with the azimuth, not with the pixels.
        using var screen = new OffScreen("""{ "monitor": { "widthPx": 1024, "heightPx": 64, "heightCm": 3.45 }, "stimuli": { "g": { "kind": "grating", "directionsDeg": [0], "spatialFrequenciesCpd": [0.1], "blankSeconds": 0 } } }""");
        var row = screen.Draw(0).AsSpan(32 * 1024, 1024).ToArray();
        var crossings = Enumerable.Range(1, 1023).Where(i => row[i - 1] < 128 != row[i] < 128).Select(i => screen.Plan.Geometry.AngleOf(screen.Plan.Geometry.PointOf(i - 0.5, 32)).AzimuthDeg).ToArray();
        Assert.InRange(crossings.Length, 23, 25); // 122.9 degrees, a crossing every 5
        for (var i = 1; i < crossings.Length; i++)
        {
            Assert.Equal(5, crossings[i] - crossings[i - 1], 0.35);
        }
    }

    private static double Expected(GratingPattern pattern, VisualAngle here, double time)
    {
        var contrast = 0.0;
        foreach (var wave in pattern.Components)
        {
            var (sin, cos) = Math.SinCos(wave.DirectionDeg * Math.PI / 180);
            var cycles = wave.SpatialFrequencyCpd * (here.AzimuthDeg * cos + here.ElevationDeg * sin) - wave.TemporalFrequencyHz * time + wave.PhaseDeg / 360;
            contrast += wave.Contrast * Math.Cos(2 * Math.PI * cycles);
        }
        if (pattern.SigmaDeg > 0)
        {
            contrast *= Math.Exp(-(here.AzimuthDeg * here.AzimuthDeg + here.ElevationDeg * here.ElevationDeg) / (2 * pattern.SigmaDeg * pattern.SigmaDeg));
        }
        return Math.Clamp(128 * (1 + contrast), 0, 255);
    }

    // The centre of the spectrum's strongest peak, cycles a degree, y upwards: the power-weighted mean about the largest bin.
    private static (double X, double Y) Peak(byte[] pixels, OffScreen screen)
    {
        var (n, degrees) = (screen.Width, 2 * screen.Plan.Geometry.DegreesPerUnit);
        var (re, im) = (pixels.Select(p => (double)p - 128).ToArray(), new double[pixels.Length]);
        new Fourier2(n, n).Forward(re, im);
        var power = re.Zip(im).Select(c => c.First * c.First + c.Second * c.Second).ToArray();
        var best = Array.IndexOf(power, power.Take(n * n / 2).Max());
        double sum = 0, x = 0, y = 0;
        for (var dy = -4; dy <= 4; dy++)
        {
            for (var dx = -4; dx <= 4; dx++)
            {
                var value = power[(best / n + dy + n) % n * n + (best % n + dx + n) % n];
                (sum, x, y) = (sum + value, x + value * dx, y + value * dy);
            }
        }
        double Signed(double k) => k > n / 2.0 ? k - n : k;
        return (Signed(best % n + x / sum) / degrees, -Signed(best / n + y / sum) / degrees);
    }

    private static double Phase(byte[] pixels, OffScreen screen, double fx, double fy) => Wave(pixels, screen, fx, fy).Phase * 180 / Math.PI;

    private static double Power(byte[] pixels, OffScreen screen, double fx, double fy) => Wave(pixels, screen, fx, fy).Magnitude;

    private static System.Numerics.Complex Wave(byte[] pixels, OffScreen screen, double fx, double fy)
    {
        System.Numerics.Complex sum = 0;
        for (var i = 0; i < pixels.Length; i++)
        {
            var here = screen.Plan.Geometry.AngleOf(screen.Plan.Geometry.PointOf(i % screen.Width, i / screen.Width));
            sum += (pixels[i] - 128.0) * System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * (fx * here.AzimuthDeg + fy * here.ElevationDeg));
        }
        return sum;
    }
}
