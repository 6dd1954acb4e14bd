using MathNet.Numerics.LinearAlgebra;

namespace LoopRig.Rig.Synthesis;

/// <summary>
/// Fits a <see cref="Gabor"/> to an image by least squares. Amplitude, phase and background are linear and solved for exactly at every step; centre, orientation, frequency and the two
/// widths follow by Levenberg and Marquardt from the best places of a coarse grid.
/// </summary>
internal sealed class GaborFit
{
    private const int Nonlinear = 6;    // x, y, angle, log frequency, log across, log along
    private const int Starts = 4, Steps = 60;
    private static readonly double[] s_widths = [0.6, 1, 1.5];
    private static readonly double[] s_cycles = [0.25, 0.35, 0.5, 0.8];

    private readonly float[] _image;
    private readonly int _height, _width;
    private readonly double _total;
    private readonly double[] _even, _odd, _envelope;

    private GaborFit(ReadOnlySpan<float> image, int height, int width)
    {
        (_image, _height, _width) = (image.ToArray(), height, width);
        var mean = 0.0;
        foreach (var value in _image)
        {
            mean += value / _image.Length;
        }
        foreach (var value in _image)
        {
            _total += (value - mean) * (value - mean);
        }
        (_even, _odd, _envelope) = (new double[image.Length], new double[image.Length], new double[image.Length]);
    }

    /// <summary>Fits an image (height, width); null for one without contrast.</summary>
    public static Gabor? To(ReadOnlySpan<float> image, int height, int width)
    {
        var fit = new GaborFit(image, height, width);
        return fit._total > 0 ? fit.Best() : null;
    }

    private Gabor Best()
    {
        var (x, y, spread) = Energy();
        var starts = new List<(double Error, double[] At)>();
        var residual = new double[_image.Length];
        foreach (var width in s_widths)
        {
            foreach (var cycles in s_cycles)
            {
                for (var turn = 0; turn < 12; turn++)
                {
                    var sigma = spread * width;
                    double[] at = [x, y, turn * Math.PI / 12, Math.Log(cycles / sigma), Math.Log(sigma), Math.Log(sigma)];
                    starts.Add((Solve(at, residual, out _, out _), at));
                }
            }
        }
        var best = starts.OrderBy(static start => start.Error).Take(Starts).Select(start => Descend(start.At)).MinBy(static end => end.Error);
        Solve(best.At, residual, out var even, out var odd);
        var along = best.At[2] * 180 / Math.PI % 180;
        return new Gabor
        {
            X = best.At[0],
            Y = best.At[1],
            OrientationDeg = along < 0 ? along + 180 : along,
            CyclesPerPixel = Math.Exp(best.At[3]),
            AcrossPx = Math.Exp(best.At[4]),
            AlongPx = Math.Exp(best.At[5]),
            PhaseDeg = (Math.Atan2(odd, even) * 180 / Math.PI + 360) % 360,
            Explained = 1 - best.Error / _total,
        };
    }

    // Where the image differs from its background, and how far that reaches.
    private (double X, double Y, double Spread) Energy()
    {
        var sorted = _image.ToArray();
        Array.Sort(sorted);
        double background = sorted[sorted.Length / 2], largest = 0;
        var energy = new double[_image.Length];
        for (var i = 0; i < energy.Length; i++)
        {
            energy[i] = (_image[i] - background) * (_image[i] - background);
            largest = Math.Max(largest, energy[i]);
        }
        double sum = 0, x = 0, y = 0, squares = 0;
        for (var i = 0; i < energy.Length; i++)
        {
            // What is faint is far away as often as near, and would pull the centre to the image's middle.
            energy[i] = Math.Max(0, energy[i] - 0.1 * largest);
            sum += energy[i];
            x += energy[i] * (i % _width);
            y += energy[i] * (i / _width);
        }
        (x, y) = (x / sum, y / sum);
        for (var i = 0; i < energy.Length; i++)
        {
            squares += energy[i] * ((i % _width - x) * (i % _width - x) + (i / _width - y) * (i / _width - y));
        }
        return (x, y, Math.Clamp(1.2 * Math.Sqrt(squares / sum / 2), 1, Math.Max(_height, _width) / 4.0));
    }

    private (double Error, double[] At) Descend(double[] start)
    {
        var at = start.ToArray();
        var residual = new double[_image.Length];
        var moved = new double[_image.Length];
        var slopes = new double[Nonlinear][];
        for (var i = 0; i < Nonlinear; i++)
        {
            slopes[i] = new double[_image.Length];
        }
        var error = Solve(at, residual, out _, out _);
        var damping = 1e-2;
        for (var step = 0; step < Steps; step++)
        {
            for (var i = 0; i < Nonlinear; i++)
            {
                var beside = at.ToArray();
                beside[i] += 1e-4;
                Solve(beside, slopes[i], out _, out _);
                for (var pixel = 0; pixel < residual.Length; pixel++)
                {
                    slopes[i][pixel] = (slopes[i][pixel] - residual[pixel]) / 1e-4;
                }
            }
            var normal = new double[Nonlinear * Nonlinear];
            var gradient = new double[Nonlinear];
            for (var i = 0; i < Nonlinear; i++)
            {
                gradient[i] = -Dot(slopes[i], residual);
                for (var j = 0; j < Nonlinear; j++)
                {
                    normal[i * Nonlinear + j] = Dot(slopes[i], slopes[j]);
                }
            }
            var better = false;
            while (!better && damping < 1e8)
            {
                var damped = normal.ToArray();
                for (var i = 0; i < Nonlinear; i++)
                {
                    damped[i * Nonlinear + i] += damping * (normal[i * Nonlinear + i] + 1e-12);
                }
                var change = Equations(damped, gradient);
                var next = change is null ? null : Bounded(at, change);
                var reached = next is null ? double.PositiveInfinity : Solve(next, moved, out _, out _);
                better = reached < error;
                if (better)
                {
                    var gained = error - reached;
                    (at, error) = (next!, reached);
                    moved.CopyTo(residual, 0);
                    damping = Math.Max(damping / 5, 1e-10);
                    if (gained < 1e-9 * _total)
                    {
                        return (error, at);
                    }
                }
                else
                {
                    damping *= 5;
                }
            }
            if (!better)
            {
                break;
            }
        }
        return (error, at);
    }

    // Less than a fifth of a cycle, or more than two, within the envelope's deviation is another function of the pixels only by rounding; so are envelopes of less than a pixel.
    private double[] Bounded(double[] at, double[] change)
    {
        var next = at.ToArray();
        for (var i = 0; i < Nonlinear; i++)
        {
            next[i] += Math.Clamp(change[i], i < 2 ? -4 : -0.5, i < 2 ? 4 : 0.5);
        }
        next[0] = Math.Clamp(next[0], -_width / 4.0, _width * 1.25);
        next[1] = Math.Clamp(next[1], -_height / 4.0, _height * 1.25);
        next[4] = Math.Clamp(next[4], Math.Log(0.6), Math.Log(_width));
        next[5] = Math.Clamp(next[5], next[4] + Math.Log(0.4), next[4] + Math.Log(4));
        next[3] = Math.Clamp(next[3], Math.Log(0.1) - next[4], Math.Log(2) - next[4]);
        return next;
    }

    // The residual at the best amplitudes, and its square.
    private double Solve(double[] at, double[] residual, out double even, out double odd)
    {
        var (sin, cos) = Math.SinCos(at[2]);
        double frequency = 2 * Math.PI * Math.Exp(at[3]), across = Math.Exp(at[4]), along = Math.Exp(at[5]);
        double envelopes = 0, evens = 0, odds = 0;
        for (var i = 0; i < _image.Length; i++)
        {
            double right = i % _width - at[0], up = at[1] - i / _width;
            double u = (right * cos + up * sin) / along, v = up * cos - right * sin;
            var envelope = Math.Exp(-(u * u + v * v / (across * across)) / 2);
            var (s, c) = Math.SinCos(frequency * v);
            (_envelope[i], _even[i], _odd[i]) = (envelope, envelope * c, envelope * s);
            envelopes += envelope;
            evens += _even[i];
            odds += _odd[i];
        }
        var basis = new double[9];
        var right3 = new double[3];
        double sums = 0;
        for (var i = 0; i < _image.Length; i++)
        {
            double e = _even[i] -= evens / envelopes * _envelope[i], o = _odd[i] -= odds / envelopes * _envelope[i], p = _image[i];
            basis[0] += e * e;
            basis[1] += e * o;
            basis[4] += o * o;
            basis[2] += e;
            basis[5] += o;
            right3[0] += e * p;
            right3[1] += o * p;
            sums += p;
        }
        (basis[3], basis[6], basis[7], basis[8], right3[2]) = (basis[1], basis[2], basis[5], _image.Length, sums);
        basis[0] += 1e-12;
        basis[4] += 1e-12;
        var found = Equations(basis, right3) ?? [0, 0, sums / _image.Length];
        var error = 0.0;
        for (var i = 0; i < _image.Length; i++)
        {
            residual[i] = _image[i] - found[0] * _even[i] - found[1] * _odd[i] - found[2];
            error += residual[i] * residual[i];
        }
        (even, odd) = (found[0], found[1]);
        return error;
    }

    // Solves A x = b, A row by row and symmetric; null where it is singular.
    private static double[]? Equations(double[] a, double[] b)
    {
        var x = Matrix<double>.Build.Dense(b.Length, b.Length, a).Solve(Vector<double>.Build.Dense(b)).ToArray();
        return Array.TrueForAll(x, double.IsFinite) ? x : null;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
