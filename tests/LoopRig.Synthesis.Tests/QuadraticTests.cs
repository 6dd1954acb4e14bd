using Xunit;

namespace LoopRig.Synthesis.Tests;

/// <summary>Every optimiser, limit and penalty finds the optimum that paper and pencil find.</summary>
public sealed class QuadraticTests
{
    private const int Rows = 4, Columns = 5, Pixels = Rows * Columns;
    private const float Tolerance = 1e-3f;

    private static readonly float[] s_target = [.. Enumerable.Range(0, Pixels).Select(static i => 0.8f * MathF.Sin(1.7f * i) + 0.2f)];

    [Fact]
    public void Climb_Sgd_ReachesTheTarget() => Near(s_target, Climb(Ascents.Plain));

    [Fact]
    public void Climb_SgdWithMomentumOnAnEllipse_ReachesTheTarget()
    {
        float[] weight = [.. Enumerable.Range(0, Pixels).Select(static i => 0.2f + 0.3f * (i % 4))];
        Near(s_target, Ascents.Climb(Ascents.Plain with { Momentum = 0.8, Rate = 0.2 }, s_target, (1, Rows, Columns), weight));
    }

    [Fact]
    public void Climb_Adam_ReachesTheTarget() => Near(s_target, Climb(Ascents.Plain with { Optimiser = OptimiserKind.Adam, Rate = new Anneal(0.1, 0) }));

    [Fact]
    public void Climb_Decay_ReachesTheTargetOverOneAndTheDecay()
    {
        float[] expected = [.. s_target.Select(static value => value / 1.25f)];
        Near(expected, Climb(Ascents.Plain with { Decay = 0.25 }));
        Near(expected, Climb(Ascents.Plain with { Decay = 0.25, Optimiser = OptimiserKind.Adam, Rate = new Anneal(0.1, 0) }));
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(5.0, true)]
    [InlineData(1.0, false)]
    public void Climb_Norm_ReachesTheTargetsDirection(double norm, bool exact)
    {
        double size = Math.Sqrt(s_target.Sum(static value => value * (double)value));
        Near([.. s_target.Select(value => (float)(value * norm / size))], Climb(Ascents.Plain with { Norm = new HardLimit(norm, exact) }, new SynthesisInputs { Pixels = (0.5, 0.25) }));
    }

    [Fact]
    public void Climb_NormThatIsNotReached_ReachesTheTarget()
        => Near(s_target, Climb(Ascents.Plain with { Norm = new HardLimit(50) }, new SynthesisInputs { Pixels = (0.5, 0.25) }));

    [Fact]
    public void Climb_Rms_SizesEachFrame()
    {
        float[] target = [.. s_target, .. s_target.Select(static value => 3 * value)];
        float[] found = Ascents.Climb(Ascents.Plain with { Rms = new HardLimit(0.3, Exact: true) }, target, (2, Rows, Columns), null, new SynthesisInputs { Pixels = (0.5, 0.25) });
        double size = Math.Sqrt(s_target.Average(static value => value * (double)value));
        float[] frame = [.. s_target.Select(value => (float)(value * 0.3 / size))];
        Near([.. frame, .. frame], found);
    }

    [Fact]
    public void Climb_Contrast_FindsTheNearestFrameOfThatContrast()
    {
        float[] target = [.. s_target.Select(static value => 0.5f + 0.3f * value)];
        double mean = target.Average(), spread = Math.Sqrt(target.Average(value => (value - mean) * (value - mean)));
        const double Contrast = 0.2;
        // x = m + a (t - mean), a spread = Contrast m: minimise (m - mean)^2 + (a - 1)^2 spread^2 over m.
        double best = (mean + Contrast * spread) / (1 + Contrast * Contrast), a = Contrast * best / spread;
        float[] expected = [.. target.Select(value => (float)(best + a * (value - mean)))];
        Near(expected, Climb(Ascents.Plain with { Contrast = new HardLimit(Contrast), Rate = new Anneal(0.2, 0) }, null, target));
    }

    [Fact]
    public void Climb_Range_ClipsInPixelsOfTheMonitor()
    {
        SynthesisInputs inputs = new() { Pixels = (0.4, 0.5) };
        float[] found = Climb(Ascents.Plain with { KeepInRange = true }, inputs);
        Near([.. s_target.Select(static value => Math.Clamp(value, -0.8f, 1.2f))], found);
        float[] narrow = Climb(Ascents.Plain with { KeepInRange = true, Range = (0.3, 0.5) }, inputs);
        Near([.. s_target.Select(static value => Math.Clamp(value, -0.2f, 0.2f))], narrow);
    }

    [Fact]
    public void Climb_NormWithinARange_MeetsBoth()
    {
        const double Norm = 1.6;
        float[] found = Climb(Ascents.Plain with { Norm = new HardLimit(Norm, Exact: true), KeepInRange = true, Range = (0, 1) }, new SynthesisInputs { Pixels = (0.5, 1) });
        // The optimum is the target scaled and clipped, with the scale that gives the norm.
        (double low, double high) = (0, 100);
        for (int i = 0; i < 60; i++)
        {
            double scale = (low + high) / 2;
            double norm = Math.Sqrt(s_target.Sum(value => Math.Pow(Math.Clamp(scale * value, -0.5, 0.5), 2)));
            (low, high) = norm < Norm ? (scale, high) : (low, scale);
        }
        Near([.. s_target.Select(value => (float)Math.Clamp(low * value, -0.5, 0.5))], found);
    }

    [Fact]
    public void Climb_Lp_ShrinksTheTarget()
    {
        // p = 2: weight (mean x^2)^(1/2) = weight |x| / sqrt(n), whose optimum is the target shortened by weight / sqrt(n).
        const double Weight = 2;
        double size = Math.Sqrt(s_target.Sum(static value => value * (double)value));
        float[] expected = [.. s_target.Select(value => (float)(value * (1 - Weight / Math.Sqrt(Pixels) / size)))];
        Near(expected, Climb(Ascents.Plain with { Lp = Weight, LpExponent = 2 }, new SynthesisInputs { Pixels = (0.5, 0.25) }));
    }

    [Fact]
    public void Climb_SpaceSmoothness_SolvesTheLinearSystem() => Near(Penalised(Differences(1, Rows, Columns, space: true), 3, s_target), Climb(Ascents.Plain with { SpaceSmoothness = 3 }));

    [Fact]
    public void Climb_TimeSmoothness_SolvesTheLinearSystem()
    {
        float[] target = [.. s_target, .. s_target.Reverse(), .. s_target.Select(static value => -value)];
        float[] found = Ascents.Climb(Ascents.Plain with { TimeSmoothness = 8 }, target, (3, Rows, Columns));
        Near(Penalised(Differences(3, Rows, Columns, space: false), 8, target), found);
    }

    [Fact]
    public void Climb_Laplacian_SolvesTheLinearSystem() => Near(Penalised(Laplacians(), 2, s_target), Climb(Ascents.Plain with { Laplacian = 2, Rate = 0.04, Steps = 1500 }));

    [Fact]
    public void Climb_LaplacianNorm_BalancesGradients()
    {
        // At the optimum target - x = weight L'L x / |L x|.
        const double Weight = 0.3;
        float[] found = Climb(Ascents.Plain with { LaplacianNorm = Weight, Rate = new Anneal(0.02, 0), Steps = 3000 });
        (double[][] rows, _) = Laplacians()[0];
        double[] laplacian = [.. rows.Select(row => row.Zip(found, static (a, b) => a * b).Sum())];
        double norm = Math.Sqrt(laplacian.Sum(static value => value * value));
        Assert.True(norm > 0.1);
        float[] expected = [.. Enumerable.Range(0, Pixels).Select(i => (float)(s_target[i] - Weight * rows.Select((row, r) => row[i] * laplacian[r]).Sum() / norm))];
        Near(expected, found);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Climb_TotalVariation_BringsStepsNearerInEitherDirection(bool down)
    {
        // Two flat halves: each half moves by the weight over the mean of all differences times the edge's length over its own size.
        const double Weight = 1.5;
        bool[] second = [.. Enumerable.Range(0, 16).Select(i => (down ? i / 4 : i % 4) >= 2)];
        float[] target = [.. second.Select(static other => other ? 1f : -1f)];
        double shift = Weight / 12 * 4 / 8; // 12 differences in that direction, 4 across the edge, 8 pixels a half
        float[] found = Ascents.Climb(Ascents.Plain with { TotalVariation = Weight, Rate = new Anneal(0.2, 0), Steps = 3000 }, target, (1, 4, 4));
        Near([.. target.Select(value => (float)(value - Math.Sign(value) * shift))], found);
    }

    [Fact]
    public void Climb_GaussianRoughness_SolvesTheLinearSystem()
    {
        float[] blur = [.. Penalty(0.7)];
        Near(blur, Climb(Ascents.Plain with { GaussianRoughness = 0.7, Rate = new Anneal(0.3, 0.1) }));
    }

    [Fact]
    public void Climb_BlurredAndPreconditionedGradients_ReachTheTarget()
    {
        // Positive definite preconditioners change the way, not the place.
        Near(s_target, Climb(Ascents.Plain with { FourierExponent = 0.3, Rate = new Anneal(0.5, 0.1), Steps = 1500 }));
        Near(s_target, Climb(Ascents.Plain with { GradientBlur = new Anneal(1, 0), Steps = 1500 }));
    }

    [Theory]
    [InlineData(GradientScale.MeanMagnitude)]
    [InlineData(GradientScale.Norm)]
    public void Climb_ScaledGradients_ReachTheTargetAsStepsShrink(GradientScale scale)
        => Near(s_target, Climb(Ascents.Plain with { GradientScale = scale, Rate = new Anneal(0.05, 0), Steps = 3000 }));

    [Fact]
    public void Climb_ClippedGradient_ReachesTheTarget() => Near(s_target, Climb(Ascents.Plain with { GradientClip = 0.2 }));

    [Fact]
    public void Climb_Sigmoid_ReachesATargetOfPixelsWithoutLimits()
    {
        float[] target = [.. s_target.Select(static value => 0.5f + 0.4f * value)];
        SynthesisPreset preset = Ascents.Plain with { Form = StimulusForm.Sigmoid, Optimiser = OptimiserKind.Adam, Rate = new Anneal(0.1, 0), Steps = 3000, Gain = 0.5 };
        Near(target, Climb(preset, null, target));
    }

    [Fact]
    public void Climb_Mask_ReachesTheTargetWhereItShows()
    {
        float[] mask = [.. Enumerable.Range(0, Pixels).Select(static i => i % 2 == 0 ? 1f : 0)];
        float[] found = Climb(Ascents.Plain, new SynthesisInputs { Mask = mask, Pixels = (0.5, 0.25), Grey = 0.55 });
        Near([.. s_target.Select((value, i) => i % 2 == 0 ? value : 0.2f)], found);
    }

    [Theory]
    [InlineData("norm")]
    [InlineData("rms")]
    public void Climb_SizeBehindAMask_IsOfWhatShows(string size)
    {
        float[] mask = [.. Enumerable.Range(0, Pixels).Select(static i => i % 2 == 0 ? 1f : 0)], shows = [.. s_target.Select((value, i) => i % 2 == 0 ? value : 0)];
        const double Norm = 1.2;
        HardLimit limit = new(size == "norm" ? Norm : Norm / Math.Sqrt(Pixels), Exact: true);
        float[] found = Climb(size == "norm" ? Ascents.Plain with { Norm = limit } : Ascents.Plain with { Rms = limit }, new SynthesisInputs { Mask = mask, Pixels = (0.5, 0.25) });
        double whole = Math.Sqrt(shows.Sum(static value => value * (double)value));
        Near([.. shows.Select(value => (float)(value * Norm / whole))], found);
    }

    [Fact]
    public void Climb_ContrastBehindASoftMask_IsOfWhatShows()
    {
        const double Contrast = 0.3;
        float[] mask = [.. Enumerable.Range(0, Pixels).Select(static i => i % 3 / 2f)];
        float[] found = Climb(Ascents.Plain with { Contrast = new HardLimit(Contrast, Exact: true), StartMean = 0.5 }, new SynthesisInputs { Mask = mask, Pixels = (0, 1), Grey = 0.5 });
        double mean = found.Average(), spread = Math.Sqrt(found.Average(value => (value - mean) * (value - mean)));
        Assert.Equal(Contrast, spread / mean, 1e-3);
        Assert.All(found.Where((_, i) => mask[i] == 0), static value => Assert.Equal(0.5f, value, 1e-5f));
    }

    [Fact]
    public void Climb_EarlyStop_EndsWhereNothingRises()
    {
        float[] found = Climb(Ascents.Plain with { Rate = 0.5, Steps = 100_000, Stop = new EarlyStop(20, 1e-6) });
        Near(s_target, found);
    }

    [Fact]
    public void Climb_Noise_AveragesOut()
    {
        SynthesisPreset preset = Ascents.Plain with { Noise = 0.05, Rate = new Anneal(0.2, 0), Steps = 4000 };
        Near(s_target, Climb(preset), 1e-2f); // a step alone is wrong by 0.05
    }

    private static float[] Climb(SynthesisPreset preset, SynthesisInputs? inputs = null, float[]? target = null) => Ascents.Climb(preset, target ?? s_target, (1, Rows, Columns), null, inputs);

    private static void Near(float[] expected, float[] found, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance, $"value {i} is {found[i]}, {expected[i]} is the optimum");
    }

    // min 1/2 |x - t|^2 + w sum over groups of mean (D x)^2: (1 + 2 w sum D'D / rows) x = t.
    private static float[] Penalised((double[][] Rows, int Count)[] groups, double weight, float[] target)
    {
        double[][] matrix = [.. Enumerable.Range(0, target.Length).Select(i => Enumerable.Range(0, target.Length).Select(j => i == j ? 1.0 : 0).ToArray())];
        foreach ((double[][] rows, int count) in groups)
            foreach (double[] row in rows)
                for (int i = 0; i < row.Length; i++)
                    for (int j = 0; row[i] != 0 && j < row.Length; j++)
                        matrix[i][j] += 2 * weight / count * row[i] * row[j];
        return LinearSystem.Solve(matrix, target);
    }

    private static (double[][] Rows, int Count)[] Differences(int frames, int rows, int columns, bool space)
    {
        int Index(int t, int y, int x) => (t * rows + y) * columns + x;
        List<double[]> down = [], across = [], later = [];
        for (int t = 0; t < frames; t++)
            for (int y = 0; y < rows; y++)
                for (int x = 0; x < columns; x++)
                {
                    if (y + 1 < rows) down.Add(Difference(Index(t, y, x), Index(t, y + 1, x), frames * rows * columns));
                    if (x + 1 < columns) across.Add(Difference(Index(t, y, x), Index(t, y, x + 1), frames * rows * columns));
                    if (t + 1 < frames) later.Add(Difference(Index(t, y, x), Index(t + 1, y, x), frames * rows * columns));
                }
        return space ? [([.. down], down.Count), ([.. across], across.Count)] : [([.. later], later.Count)];
    }

    private static double[] Difference(int from, int to, int length)
    {
        double[] row = new double[length];
        (row[from], row[to]) = (-1, 1);
        return row;
    }

    private static (double[][] Rows, int Count)[] Laplacians()
    {
        List<double[]> rows = [];
        for (int y = 1; y < Rows - 1; y++)
            for (int x = 1; x < Columns - 1; x++)
            {
                double[] row = new double[Pixels];
                int at = y * Columns + x;
                (row[at], row[at - 1], row[at + 1], row[at - Columns], row[at + Columns]) = (4, -1, -1, -1, -1);
                rows.Add(row);
            }
        return [([.. rows], rows.Count)];
    }

    // min 1/2 |x - t|^2 + w |x - G x|^2 with G the product of the two blurs (and of one frame's, which is 1).
    private static float[] Penalty(double weight)
    {
        float[] down = GaussianBlur.Matrix(Rows, 1, GaussianBlur.Border.Extended), across = GaussianBlur.Matrix(Columns, 1, GaussianBlur.Border.Extended);
        double[][] rough = [.. Enumerable.Range(0, Pixels).Select(i => Enumerable.Range(0, Pixels).Select(j =>
            (i == j ? 1.0 : 0) - down[i / Columns * Rows + j / Columns] * (double)across[i % Columns * Columns + j % Columns]).ToArray())];
        return Penalised([(rough, 1)], weight, s_target);
    }
}
