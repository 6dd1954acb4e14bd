using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Images;

namespace LoopRig.Synthesis.Tests;

/// <summary>A network whose units are products of random filters with the image: everything about their best stimuli is known.</summary>
internal sealed class LinearUnits : IDisposable
{
    private readonly float[] _filters;
    private readonly int _pixels;

    internal LinearUnits(int height, int width, int units, int seed)
    {
        _pixels = height * width;
        SeededRandom random = new((ulong)seed, "filters");
        _filters = [.. Enumerable.Range(0, units * _pixels).Select(_ => (float)random.Normal())];
        LinearSpec spec = new()
        {
            Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = height, Width = width }],
            UnitIds = NetworkSpec.NumberedUnits(units),
            Features = ImageFeatures.Pixels,
            Grid = height,
            Rectified = false,
        };
        LinearNetwork network = (LinearNetwork)NetworkFile.Create(spec, 1);
        network.Set(new float[_pixels], [.. Enumerable.Repeat(1f, _pixels)], _filters, new float[units]);
        Network = network;
    }

    internal INetwork Network { get; }

    internal float[] Filter(int unit) => _filters[(unit * _pixels)..((unit + 1) * _pixels)];

    public void Dispose() => Network.Dispose();
}
