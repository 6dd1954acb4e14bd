using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Images;

namespace LoopRig.Synthesis.Tests;

/// <summary>A network whose units are products of filters with the image: everything about their best stimuli is known.</summary>
internal sealed class LinearUnits : IDisposable
{
    private readonly float[] _filters;
    private readonly int _pixels;

    /// <summary>Random filters.</summary>
    internal LinearUnits(int side, int units, int seed) : this(side, Random(side * side * units, seed)) { }

    /// <summary>Filters one behind the other.</summary>
    internal LinearUnits(int side, double[] filters, float bias = 0)
    {
        _pixels = side * side;
        _filters = Array.ConvertAll(filters, static value => (float)value);
        int units = filters.Length / _pixels;
        LinearSpec spec = new()
        {
            Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = side, Width = side }],
            UnitIds = NetworkSpec.NumberedUnits(units),
            Features = ImageFeatures.Pixels,
            Grid = side,
            Rectified = false,
        };
        LinearNetwork network = (LinearNetwork)NetworkFile.Create(spec, 1);
        network.Set(new float[_pixels], [.. Enumerable.Repeat(1f, _pixels)], _filters, [.. Enumerable.Repeat(bias, units)]);
        Network = network;
    }

    internal INetwork Network { get; }

    internal float[] Filter(int unit) => _filters[(unit * _pixels)..((unit + 1) * _pixels)];

    public void Dispose() => Network.Dispose();

    private static double[] Random(int count, int seed)
    {
        SeededRandom random = new((ulong)seed, "filters");
        return [.. Enumerable.Range(0, count).Select(_ => random.Normal())];
    }
}
