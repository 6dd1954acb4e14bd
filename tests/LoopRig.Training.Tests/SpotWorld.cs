using LoopRig.Core;

namespace LoopRig.Training.Tests;

/// <summary>
/// Bins of a dim image with one bright spot and of wandering behaviour. Counts one bin later: one unit likes the spot on the left, one on the right, one
/// at the bottom, and one likes speed.
/// </summary>
internal sealed class SpotWorld
{
    private readonly int _height, _width;
    private readonly float[][] _images, _behaviour, _expected, _counts;

    public SpotWorld(int bins, int height, int width, int seed)
    {
        (_height, _width) = (height, width);
        var random = new Random(seed);
        _images = new float[bins][];
        _behaviour = new float[bins][];
        _expected = new float[bins][];
        _counts = new float[bins][];
        float[] next = [0.1f, 0.1f, 0.1f, 0.1f];
        for (int bin = 0; bin < bins; bin++)
        {
            double x = random.NextDouble(), y = random.NextDouble();
            _images[bin] = Image(x, y, random);
            _behaviour[bin] = [.. Variables.Select(_ => (float)(random.NextDouble() * 2))];
            _expected[bin] = next;
            _counts[bin] = [.. next.Select(rate => (float)Poisson(random, rate))];
            next = [Near(x, 0.2), Near(x, 0.8), Near(y, 0.8), 0.2f + 2 * _behaviour[bin][0]];
        }

        static float Near(double place, double liked) => 0.2f + 4 * (float)Math.Exp(-(place - liked) * (place - liked) / 0.05);
    }

    public static IReadOnlyList<string> Variables { get; } = ["speed", "pitch", "roll", "phi", "th", "eyerad", "pupil_x", "pupil_y"];

    public Dataset Data(InputSpec[] inputs, string[] units)
    {
        int bins = _images.Length;
        return new Dataset(new DatasetContent
        {
            Inputs = inputs,
            Values = [.. inputs.Select(input => (IBinValues)new FloatRows(input.Kind == InputKind.Image ? _images : [.. Enumerable.Range(0, bins).Select(bin => Values(input, bin))], input.Length))],
            UnitIds = units,
            Activity = new FloatRows(_counts, units.Length),
            Expected = new FloatRows(_expected, units.Length),
            Known = [.. Enumerable.Repeat(true, bins)],
            BinNs = 48_000_000,
            Indices = [.. Enumerable.Range(0, bins).Select(static bin => (long)bin)],
            Unbroken = [.. Enumerable.Range(1, bins)],
        });
    }

    private float[] Values(InputSpec input, int bin)
        => [.. input.Variables.Select(variable => variable.Split('*').Select(factor => Value(factor, bin)).Aggregate(1f, static (product, value) => product * value))];

    private float Value(string variable, int bin)
    {
        int column = Variables.ToList().IndexOf(variable.TrimEnd('\''));
        return !variable.EndsWith('\'') ? _behaviour[bin][column] : bin == 0 ? 0 : _behaviour[bin][column] - _behaviour[bin - 1][column];
    }

    private float[] Image(double x, double y, Random random)
    {
        float[] pixels = new float[_height * _width];
        for (int row = 0; row < _height; row++)
        {
            for (int column = 0; column < _width; column++)
            {
                double dx = column - x * _width, dy = row - y * _height;
                pixels[row * _width + column] = (float)(0.1 + 0.1 * random.NextDouble() + 0.8 * Math.Exp(-(dx * dx + dy * dy) / 18));
            }
        }
        return pixels;
    }

    private static int Poisson(Random random, double rate)
    {
        double limit = Math.Exp(-rate), product = random.NextDouble();
        int count = 0;
        for (; product > limit; count++)
            product *= random.NextDouble();
        return count;
    }
}
