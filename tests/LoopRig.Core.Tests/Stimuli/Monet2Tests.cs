using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

/// <summary>Statistics of the directional noise against what the recipe's filters predict.</summary>
public class Monet2Tests
{
    private static readonly Monet2Settings s_settings = new() { Seconds = 24, Directions = 4, OrientationFraction = 0.5, RateHz = 30, SpeedWidthsPerS = 0.5 };
    private static readonly Lazy<(Monet2 Noise, double[][] Frames)> s_run = new(Run);

    [Fact]
    public void Size_OfThePublishedConfigurations_IsPublished()
    {
        Assert.Equal((126, 216), (new Monet2Settings().Rows, new Monet2Settings().Columns));
        Assert.Equal((140, 240), (new Monet2Settings { PatternWidth = 80 }.Rows, new Monet2Settings { PatternWidth = 80 }.Columns));
    }

    [Fact]
    public void Directions_AreEachShownOnce()
    {
        var noise = new Monet2(new Monet2Settings(), 3);
        Assert.Equal(Enumerable.Range(1, 16).Select(i => i * 22.5), noise.DirectionsDeg.Order());
        var moving = Enumerable.Range(0, 1800).Count(f => noise.DirectionAt(f) >= 0);
        Assert.InRange(moving, 0.4 * 1800 - 16, 0.4 * 1800 + 16);
        Assert.Equal(16, Enumerable.Range(0, 1800).Select(noise.DirectionAt).Where(d => d >= 0).Distinct().Count());
    }

    [Fact]
    public void Frames_HaveTheRecipesMeanAndDeviation()
    {
        var all = s_run.Value.Frames.SelectMany((frame, i) => s_run.Value.Noise.DirectionAt(i) < 0 ? frame : []).ToArray();
        var mean = all.Average();
        var deviation = Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
        // White noise of variance 1 through the kernel (sum of squares) and the interpolation (mean square of its gain / 9 at every third place).
        Assert.Equal(127.5, mean, 2.0);
        Assert.Equal(2.5 * 255 * Math.Sqrt(KernelPower() * InterpolationPower()), deviation, 2.5);
    }

    [Fact]
    public void Spectrum_WhileNothingMoves_FallsAsTheInterpolationFilter()
    {
        // Power at low frequencies is flat, and has fallen by exp(-w^2 9) at w (rad/px), whatever the direction.
        var power = Spectrum(i => s_run.Value.Noise.DirectionAt(i) < 0);
        foreach (var frequency in new[] { 0.15, 0.25, 0.35, 0.45 })
        {
            var expected = Math.Exp(-(frequency * frequency - 0.05 * 0.05) * 9);
            Assert.Equal(expected, power.Band(frequency) / power.Band(0.05), 0.15 * expected + 0.01);
        }
    }

    [Fact]
    public void Orientations_WhileItMoves_LieAcrossTheMotion()
    {
        for (var d = 0; d < 4; d++)
        {
            var direction = d;
            var power = Spectrum(i => s_run.Value.Noise.DirectionAt(i) == direction);
            var motion = Monet2.MotionDeg(s_run.Value.Noise.DirectionsDeg[d]);
            // The waves' normals point along the motion; twice the angle, because both ends of a normal are the same wave.
            Assert.InRange(Difference(2 * power.MeanNormalDeg, 2 * motion), 0, 8);
            // The recipe's band of orientations: (sqrt(1.5) H(1.5 theta))^2, whose mean resultant length at twice the angle follows by quadrature.
            Assert.Equal(Selectivity(1.5), power.Selectivity, 0.08);
        }
    }

    [Fact]
    public void Orientations_WhileNothingMoves_AreAllThere() => Assert.InRange(Spectrum(i => s_run.Value.Noise.DirectionAt(i) < 0).Selectivity, 0, 0.1);

    [Fact]
    public void Motion_OfEachDirection_GoesWhereItSays()
    {
        for (var d = 0; d < 4; d++)
        {
            var direction = d;
            var (x, y) = Shift(direction);
            var speed = s_settings.PatternWidth * s_settings.SpeedWidthsPerS / s_settings.RateHz;
            var angle = Math.Atan2(y, x) * 180 / Math.PI;
            Assert.InRange(Difference(angle, Monet2.MotionDeg(s_run.Value.Noise.DirectionsDeg[d])), 0, 12);
            Assert.Equal(speed, Math.Sqrt(x * x + y * y), 0.25 * speed);
        }
    }

    [Fact]
    public void NextInto_SameSeed_SameFrames()
    {
        var settings = new Monet2Settings { Seconds = 0.2 };
        var (a, b, c) = (new Monet2(settings, 5), new Monet2(settings, 5), new Monet2(settings, 6));
        var (x, y, z) = (new byte[a.Rows * a.Columns], new byte[a.Rows * a.Columns], new byte[a.Rows * a.Columns]);
        a.NextInto(x);
        b.NextInto(y);
        c.NextInto(z);
        Assert.Equal(x, y);
        Assert.NotEqual(x, z);
    }

    private static (Monet2, double[][]) Run()
    {
        var noise = new Monet2(s_settings, 11);
        var pixels = new byte[noise.Rows * noise.Columns];
        var frames = new double[s_settings.Frames][];
        for (var i = 0; i < frames.Length; i++)
        {
            noise.NextInto(pixels);
            frames[i] = [.. pixels.Select(p => (double)p)];
        }
        return (noise, frames);
    }

    // The motion of one frame to the next by the phase of the cross-spectrum, by least squares over low frequencies: the pattern's shift in pixels, y upwards.
    private static (double X, double Y) Shift(int direction)
    {
        var (noise, frames) = s_run.Value;
        var (rows, columns) = (noise.Rows, noise.Columns);
        var transform = new Fourier2(rows, columns);
        double sxx = 0, sxy = 0, syy = 0, sx = 0, sy = 0;
        var cross = new System.Numerics.Complex[rows * columns];
        for (var i = 1; i < frames.Length; i++)
        {
            if (noise.DirectionAt(i) != direction || noise.DirectionAt(i - 1) != direction)
            {
                continue;
            }
            var (aRe, aIm) = Windowed(frames[i - 1], rows, columns, transform);
            var (bRe, bIm) = Windowed(frames[i], rows, columns, transform);
            for (var k = 0; k < cross.Length; k++)
            {
                cross[k] += new System.Numerics.Complex(bRe[k], bIm[k]) * new System.Numerics.Complex(aRe[k], -aIm[k]);
            }
        }
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (wx, wy) = (Angular(column, columns), Angular(row, rows));
                if (wx * wx + wy * wy is < 0.01 or > 0.16)
                {
                    continue;
                }
                var (weight, phase) = (cross[row * columns + column].Magnitude, -cross[row * columns + column].Phase);
                (sxx, sxy, syy, sx, sy) = (sxx + weight * wx * wx, sxy + weight * wx * wy, syy + weight * wy * wy, sx + weight * wx * phase, sy + weight * wy * phase);
            }
        }
        var determinant = sxx * syy - sxy * sxy;
        return ((syy * sx - sxy * sy) / determinant, -(sxx * sy - sxy * sx) / determinant);
    }

    private static Power Spectrum(Func<int, bool> chosen)
    {
        var (noise, frames) = s_run.Value;
        var (rows, columns) = (noise.Rows, noise.Columns);
        var transform = new Fourier2(rows, columns);
        var power = new double[rows * columns];
        for (var i = 0; i < frames.Length; i += 3)
        {
            if (!chosen(i))
            {
                continue;
            }
            var (re, im) = Windowed(frames[i], rows, columns, transform);
            for (var k = 0; k < power.Length; k++)
            {
                power[k] += re[k] * re[k] + im[k] * im[k];
            }
        }
        return new Power(power, rows, columns);
    }

    private static (double[] Re, double[] Im) Windowed(double[] frame, int rows, int columns, Fourier2 transform)
    {
        var (re, im) = (new double[frame.Length], new double[frame.Length]);
        for (var i = 0; i < re.Length; i++)
        {
            re[i] = (frame[i] - 127.5) * Math.Sin(Math.PI * (i / columns + 0.5) / rows) * Math.Sin(Math.PI * (i % columns + 0.5) / columns);
        }
        transform.Forward(re, im);
        return (re, im);
    }

    private static double KernelPower()
    {
        var semi = (int)Math.Round(2 * s_settings.RateHz / s_settings.TemporalBandwidthHz);
        var kernel = Enumerable.Range(0, semi + 1).Select(i => 0.54 + 0.46 * Math.Cos(Math.PI * i / semi)).ToArray();
        return kernel.Sum(k => k * k) / (kernel.Sum() * kernel.Sum()) / (s_settings.TemporalBandwidthHz / 4);
    }

    private static double InterpolationPower()
    {
        // Mean over frequency of (9 exp(-w^2 9/2))^2, times a ninth of the samples being there.
        double sum = 0;
        const int Steps = 400;
        for (var i = 0; i < Steps; i++)
        {
            var w = Math.PI * ((i + 0.5) / Steps * 2 - 1);
            sum += Math.Exp(-w * w * 9);
        }
        return 81 * (sum / Steps) * (sum / Steps) / 9;
    }

    private static double Selectivity(double coherence)
    {
        double sum = 0, cosine = 0;
        for (var theta = -Math.PI / 2; theta < Math.PI / 2; theta += 0.001)
        {
            var gain = Math.Abs(theta * coherence) < Math.PI ? 0.5 + 0.5 * Math.Cos(theta * coherence) : 0;
            (sum, cosine) = (sum + gain * gain, cosine + gain * gain * Math.Cos(2 * theta));
        }
        return cosine / sum;
    }

    private static double Angular(int index, int count) => 2 * Math.PI * (index <= (count - 1) / 2 ? index : index - count) / count;

    private static double Difference(double a, double b) => Math.Abs(Math.IEEERemainder(a - b, 360));

    private sealed record Power(double[] Values, int Rows, int Columns)
    {
        public double Selectivity => Resultant().Magnitude;

        public double MeanNormalDeg => Resultant().Phase * 90 / Math.PI;

        public double Band(double frequency)
        {
            double sum = 0;
            var count = 0;
            for (var i = 0; i < Values.Length; i++)
            {
                var (wx, wy) = (Angular(i % Columns, Columns), Angular(i / Columns, Rows));
                if (Math.Abs(Math.Sqrt(wx * wx + wy * wy) - frequency) < 0.03)
                {
                    (sum, count) = (sum + Values[i], count + 1);
                }
            }
            return sum / count;
        }

        private System.Numerics.Complex Resultant()
        {
            System.Numerics.Complex sum = 0;
            double total = 0;
            for (var i = 0; i < Values.Length; i++)
            {
                var (wx, wy) = (Angular(i % Columns, Columns), -Angular(i / Columns, Rows));
                var radius = Math.Sqrt(wx * wx + wy * wy);
                if (radius is > 0.15 and < 0.6)
                {
                    // Rings of all frequencies, each of the same number of waves an angle.
                    sum += Values[i] * System.Numerics.Complex.FromPolarCoordinates(1, 2 * Math.Atan2(wy, wx));
                    total += Values[i];
                }
            }
            return sum / total;
        }
    }
}
