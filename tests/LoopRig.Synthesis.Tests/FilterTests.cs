using LoopRig.Core;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Synthesis.Tests;

public sealed class FilterTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    [InlineData(-2, 4)]
    public void FourierFilter_Cosine_IsScaledByItsFrequency(int fx, int fy)
    {
        const int Height = 12, Width = 16;
        const double Exponent = 0.3;
        using Scope scope = new();
        using FourierFilter filter = new(Height, Width, Exponent, Device.Cpu);
        float[] wave = [.. Enumerable.Range(0, Height * Width).Select(at => (float)Math.Cos(2 * Math.PI * (fx * (at % Width) / (double)Width + fy * (at / Width) / (double)Height) + 0.4))];
        double Gain(double x, double y) => 1 / Math.Max(1, Math.Pow(x * x + y * y, Exponent));
        double mean = Enumerable.Range(0, Height * Width).Average(at => Gain(Math.Min(at % Width, Width - at % Width), Math.Min(at / Width, Height - at / Width)));
        float[] filtered = filter.Of(Tensor.FromArray(wave, 1, 1, 1, Height, Width)).ToArray();
        for (int at = 0; at < wave.Length; at++)
            Assert.Equal(wave[at] * Gain(fx, fy) / mean, filtered[at], 1e-5);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(6)]
    public void GaussianBlur_AnyWidth_MirrorsAtTheBorder(double sigma)
    {
        const int Height = 7, Width = 9;
        using Scope scope = new();
        Random random = new(3);
        float[] image = [.. Enumerable.Range(0, Height * Width).Select(_ => random.NextSingle())];
        float[] blurred = GaussianBlur.Of(Tensor.FromArray(image, 1, 1, 1, Height, Width), sigma).ToArray();
        int reach = (int)Math.Ceiling(4 * sigma);
        int Mirror(int at, int n)
        {
            while (at < 0 || at >= n)
                at = at < 0 ? -1 - at : 2 * n - 1 - at;
            return at;
        }
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                double sum = 0, weights = 0;
                for (int dy = -reach; dy <= reach; dy++)
                    for (int dx = -reach; dx <= reach; dx++)
                    {
                        double weight = Math.Exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                        sum += weight * image[Mirror(y + dy, Height) * Width + Mirror(x + dx, Width)];
                        weights += weight;
                    }
                Assert.Equal(sum / weights, blurred[y * Width + x], 1e-5);
            }
    }

    [Fact]
    public void Transforms_Jitter_MovesAndFillsWithGrey()
    {
        const int Height = 9, Width = 11;
        using Scope scope = new();
        InputSpec image = new() { Name = "image", Kind = InputKind.Image, Height = Height, Width = Width };
        using Display display = new(image, new SynthesisInputs { Pixels = (0, 1), Grey = 0.3 }, Device.Cpu);
        Transforms transforms = new(SynthesisPreset.Inception2019 with { Jitter = 2 }, display, [new Batch(SynthesisTarget.Of(0, "0"), 0, 0)], 5);
        float[] dot = [.. Enumerable.Repeat(0.3f, Height * Width)];
        dot[4 * Width + 5] = 1;
        HashSet<(int, int)> seen = [];
        for (int step = 0; step < 200; step++)
        {
            float[] moved = transforms.Apply(Tensor.FromArray(dot, 1, 1, 1, Height, Width), step).ToArray();
            int at = Array.IndexOf(moved, 1f);
            Assert.All(moved.Where((_, i) => i != at), static value => Assert.Equal(0.3f, value, 1e-6f));
            seen.Add((at % Width - 5, at / Width - 4));
        }
        Assert.Equal(25, seen.Count);
        Assert.All(seen, static shift => Assert.True(Math.Abs(shift.Item1) <= 2 && Math.Abs(shift.Item2) <= 2));
    }

    [Fact]
    public void Transforms_Zoom_KeepsTheCentreAndScalesAboutIt()
    {
        const int Side = 21;
        using Scope scope = new();
        InputSpec image = new() { Name = "image", Kind = InputKind.Image, Height = Side, Width = Side };
        using Display display = new(image, new SynthesisInputs { Pixels = (0, 1), Grey = 0 }, Device.Cpu);
        Transforms transforms = new(SynthesisPreset.Inception2019 with { Zoom = 0.3 }, display, [new Batch(SynthesisTarget.Of(0, "0"), 0, 0)], 5);
        float[] spot = [.. Enumerable.Range(0, Side * Side).Select(static at => MathF.Exp(-((at % Side - 10) * (at % Side - 10) + (at / Side - 10) * (at / Side - 10)) / 18f))];
        double Area(float[] values) => values.Sum(static value => (double)value);
        List<double> factors = [];
        for (int step = 0; step < 50; step++)
        {
            float[] zoomed = transforms.Apply(Tensor.FromArray(spot, 1, 1, 1, Side, Side), step).ToArray();
            Assert.Equal(10 * Side + 10, Array.IndexOf(zoomed, zoomed.Max()));
            factors.Add(Math.Sqrt(Area(zoomed) / Area(spot)));
        }
        Assert.InRange(factors.Min(), 0.68, 0.8);
        Assert.InRange(factors.Max(), 1.2, 1.32);
    }

    [Fact]
    public void Note_LossThatStays_ShrinksTheRateAsPyTorchDoes()
    {
        // ReduceLROnPlateau(patience 2, factor .2, min .001) on losses -1, -1, -1, -1, ...: the first is the best; -1 < -1 (1 - 1e-4) holds, so each counts as better.
        SynthesisPreset preset = SynthesisPreset.Xu with { Plateau = new PlateauRule(2, 0.2, 0.001) };
        BatchState negative = new() { Rate = 0.1 }, positive = new() { Rate = 0.1 };
        List<double> rates = [];
        for (int step = 0; step < 12; step++)
        {
            negative.Note(preset, new SynthesisStep(step, 1, 0, 0.1));
            positive.Note(preset, new SynthesisStep(step, -1, 0, 0.1));
            rates.Add(positive.Rate);
        }
        Assert.Equal(0.1, negative.Rate);
        // Three bad losses are one more than are borne.
        Assert.Equal([0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.004, 0.004, 0.004, 0.001, 0.001, 0.001], rates, static (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
