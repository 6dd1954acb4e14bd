using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>
/// Fixed features of an image: the energy of Gabor pairs at the levels of a pyramid and, of second order, the energy of those energy maps at every coarser
/// level, which tells texture and curvature from straight edges (a scattering transform, Mallat 2012); and the mean opponent colours. Nothing is learned.
/// Letters: N batch, C colours, O orientations, G side of the grid.
/// </summary>
internal sealed class OrientedEnergy
{
    private const double Floor = 0.02;   // of an energy, in contrast: less is noise, which a logarithm would blow up
    private const double Tiny = 1e-6;    // keeps the root's slope finite

    private readonly Tensor _filters;
    private readonly int _levels, _orientations, _grid;
    private readonly bool _secondOrder, _colour;

    internal OrientedEnergy(ParameterSet parameters, string name, int colours, int levels, int orientations, int grid, bool secondOrder)
    {
        _filters = parameters.Constant($"{name}.gabor", [2 * orientations, 1, GaborBank.Side, GaborBank.Side], GaborBank.Filters(orientations));
        (_levels, _orientations, _grid, _secondOrder, _colour) = (levels, orientations, grid, secondOrder, colours == 3);
        // Colour has no energy at the finest level: neither eyes nor JPEG resolve it there.
        int first = orientations * (_colour ? 3 * levels - 2 : levels);
        Channels = first + (secondOrder ? levels * (levels - 1) / 2 * orientations * orientations : 0) + colours;
    }

    /// <summary>Features at each place of the grid.</summary>
    internal int Channels { get; }

    /// <summary>[N, C, H, W] in 0..1 to [N, <see cref="Channels"/>, G, G]; energies as logarithms.</summary>
    internal Tensor Forward(Tensor image)
    {
        var maps = new List<Tensor>();
        Tensor level = _colour ? Opponent(image) : image;
        for (int l = 0; l < _levels; l++)
        {
            if (l > 0) level = F.AvgPool2d(level, new Size2(2, 2));
            Tensor energy = Energy(l == 0 ? level.Narrow(1, 0, 1) : level);
            maps.Add(Pooled(energy));
            Tensor map = energy.Narrow(1, 0, _orientations); // of luminance
            for (int m = l + 1; _secondOrder && m < _levels; m++)
            {
                map = F.AvgPool2d(map, new Size2(2, 2));
                maps.Add(Pooled(Energy(map)));
            }
        }
        maps.Add(F.AdaptiveAvgPool2d(level, new Size2(_grid, _grid)));
        return F.Cat([.. maps], 1);
    }

    /// <summary>Luminance, red minus green, yellow minus blue.</summary>
    private static Tensor Opponent(Tensor image)
    {
        Tensor red = image.Narrow(1, 0, 1), green = image.Narrow(1, 1, 1), blue = image.Narrow(1, 2, 1);
        Tensor yellow = red + green;
        return F.Cat([(yellow + blue) * (1.0 / 3), red - green, yellow * 0.5 - blue], 1);
    }

    /// <summary>[N, C, h, w] to [N, C O, h, w].</summary>
    private Tensor Energy(Tensor maps)
    {
        const int Edge = GaborBank.Side / 2;
        (long channels, long height, long width) = (maps.Size(1), maps.Size(2), maps.Size(3));
        Tensor each = maps.Reshape(-1, 1, height, width); // [N C, 1, h, w]
        Tensor pairs = F.Conv2d(F.ReplicationPad2d(each, Edge, Edge, Edge, Edge), _filters).Reshape(-1, _orientations, 2, height, width);
        Tensor energy = F.Sqrt(F.Sum(F.Square(pairs), [2]) + Tiny);
        return energy.Reshape(-1, channels * _orientations, height, width);
    }

    private Tensor Pooled(Tensor energy) => F.Log(F.AdaptiveAvgPool2d(energy, new Size2(_grid, _grid)) + Floor);
}
