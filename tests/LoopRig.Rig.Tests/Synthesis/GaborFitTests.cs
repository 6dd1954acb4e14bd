using LoopRig.Core;
using LoopRig.Rig.Synthesis;

namespace LoopRig.Rig.Tests.Synthesis;

/// <summary>Gabors that are known are found again, also under noise and beside what is no Gabor.</summary>
public sealed class GaborFitTests
{
    private const int Height = 36, Width = 64;

    [Theory]
    [InlineData(20, 15, 30, 0.10, 4, 5, 0, 0)]
    [InlineData(50, 25, 150, 0.09, 4, 4, 90, 0)]
    [InlineData(32, 18, 90, 0.08, 5, 6, 200, 0.1)]
    [InlineData(10, 8, 0, 0.12, 3.5, 6, 45, 0.1)]
    [InlineData(40, 30, 100, 0.075, 4.5, 4.5, 300, 0.1)]
    public void To_AGabor_FindsItsNumbers(double x, double y, double orientation, double frequency, double across, double along, double phase, double noise)
    {
        var gabor = GaborFit.To(Draw(x, y, orientation, frequency, across, along, phase, noise), Height, Width)!;

        Assert.Equal(x, gabor.X, 0.4);
        Assert.Equal(y, gabor.Y, 0.4);
        Assert.True(Apart(orientation, gabor.OrientationDeg) < 3, $"{gabor.OrientationDeg} for {orientation}");
        Assert.InRange(gabor.PreferredCyclesPerPixel / Gabor.Preferred(frequency, across), 0.93, 1.07);
        Assert.InRange(gabor.Explained, noise > 0 ? 0.5 : 0.9999, 1);
    }

    [Fact]
    public void To_AFlatImage_IsNone() => Assert.Null(GaborFit.To(new float[Height * Width], Height, Width));

    [Fact]
    public void Preferred_ManyCyclesWithinTheEnvelope_IsTheFrequency() => Assert.Equal(0.1, Gabor.Preferred(0.1, 20), 0.001);

    private static double Apart(double a, double b) => Math.Min((a - b + 360) % 180, (b - a + 360) % 180);

    private static float[] Draw(double x, double y, double orientation, double frequency, double across, double along, double phase, double noise)
    {
        var random = new SeededRandom(1, "gabor");
        var (envelope, carrier) = (new double[Height * Width], new double[Height * Width]);
        var (sin, cos) = Math.SinCos(orientation * Math.PI / 180);
        for (var i = 0; i < envelope.Length; i++)
        {
            double right = i % Width - x, up = y - i / Width, u = right * cos + up * sin, v = up * cos - right * sin;
            envelope[i] = Math.Exp(-(u * u / (along * along) + v * v / (across * across)) / 2);
            carrier[i] = Math.Cos(2 * Math.PI * frequency * v - phase * Math.PI / 180);
        }
        var uniform = envelope.Zip(carrier).Sum(static pair => pair.First * pair.Second) / envelope.Sum();
        return [.. envelope.Zip(carrier).Select(pair => (float)(pair.First * (pair.Second - uniform) + noise * random.Normal() + 0.7))];
    }
}
