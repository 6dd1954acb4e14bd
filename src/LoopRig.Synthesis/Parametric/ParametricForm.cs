using LoopRig.Core;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Draws parametric stimuli from parameters, differentiably. Parameters are stored so that a step of one size suits them all: positions in tens of pixels, sizes as logarithms.</summary>
internal sealed class ParametricForm : IDisposable
{
    private const double PositionUnit = 10, Tiny = 1e-12;
    private static readonly string[] s_gabor = ["x", "y", "sigma", "aspect", "wavelength", "orientation", "phase"];
    private static readonly string[] s_spot = ["x", "y", "sigma", "ratio", "weight", "polarity"];

    private readonly ParametricSettings _settings;
    private readonly Display _display;
    private readonly Tensor _x, _y; // [1, H, W]

    internal ParametricForm(ParametricSettings settings, Display display)
    {
        (_settings, _display) = (settings, display);
        using Scope scope = new();
        (long height, long width) = (display.Height, display.Width);
        _x = scope.Keep(Tensor.Arange(0, width).Reshape(1, 1, width).Expand(1, height, width).Contiguous().To(display.Device));
        _y = scope.Keep(Tensor.Arange(0, height).Reshape(1, height, 1).Expand(1, height, width).Contiguous().To(display.Device));
    }

    /// <summary>How many parameters there are.</summary>
    internal int Count => Names.Length;

    private bool IsGabor => _settings.Kind == ParametricKind.Gabor;

    private string[] Names => IsGabor ? s_gabor : s_spot;

    /// <summary>Random parameters, as they are stored: positions anywhere, sizes over the scales that the image holds.</summary>
    internal float[] Draw(SeededRandom random)
    {
        double side = Math.Min(_display.Height, _display.Width);
        double x = random.Uniform(0, _display.Width - 1) / PositionUnit, y = random.Uniform(0, _display.Height - 1) / PositionUnit, sigma = random.Uniform(Math.Log(1), Math.Log(side / 4));
        double[] drawn = IsGabor
            ? [x, y, sigma, random.Uniform(0, 0.7), sigma + random.Uniform(Math.Log(1), Math.Log(5)), random.Uniform(0, Math.PI), random.Uniform(-Math.PI, Math.PI)]
            : [x, y, sigma, random.Uniform(0.3, 1.2), random.Uniform(0, 1.2), random.Uniform() < 0.5 ? -1 : 1];
        return Array.ConvertAll(drawn, static value => (float)value);
    }

    /// <summary>Parameters [N, P] to stimuli [N, 1, C, H, W] in network units.</summary>
    internal Tensor Render(Tensor parameters)
    {
        Tensor P(int index) => parameters.Narrow(1, index, 1).Unsqueeze(2); // [N, 1, 1]
        Tensor dx = _x - P(0) * PositionUnit, dy = _y - P(1) * PositionUnit, sigma = F.Exp(P(2));
        Tensor shape = IsGabor ? Gabor(dx, dy, sigma, F.Exp(P(3)), F.Exp(P(4)), P(5), P(6)) : Spot(dx, dy, sigma, F.Exp(P(3)), P(4), P(5).Detach()); // a polarity does not move
        Tensor sized = shape * (_settings.Rms * F.Rsqrt(F.Mean(F.Square(shape), [1, 2], keepDimensions: true) + Tiny));
        Tensor image = (sized + _display.Grey).Unsqueeze(1).Unsqueeze(1).Expand(-1, 1, _display.Channels, -1, -1);
        return _settings.KeepInRange ? F.Clamp(image, _display.ToNetwork(0.0), _display.ToNetwork(1.0)) : image;
    }

    /// <summary>Keeps stored parameters where they mean something.</summary>
    internal Tensor Bound(Tensor parameters)
    {
        Tensor Limit(int index, double low, double high) => F.Clamp(parameters.Narrow(1, index, 1), low, high);
        double side = Math.Min(_display.Height, _display.Width);
        Tensor x = Limit(0, 0, (_display.Width - 1) / PositionUnit), y = Limit(1, 0, (_display.Height - 1) / PositionUnit), sigma = Limit(2, Math.Log(0.7), Math.Log(side / 2));
        // A wave shorter than 2 pixels cannot be drawn.
        return IsGabor
            ? F.Cat([x, y, sigma, Limit(3, -1.4, 1.4), Limit(4, Math.Log(2), Math.Log(4 * side)), parameters.Narrow(1, 5, 2)], 1)
            : F.Cat([x, y, sigma, Limit(3, 0.1, 1.6), Limit(4, 0, 2), parameters.Narrow(1, 5, 1)], 1);
    }

    /// <summary>Stored parameters by name and in their units.</summary>
    internal Dictionary<string, double> Named(ReadOnlySpan<float> stored)
    {
        Dictionary<string, double> named = [];
        for (int i = 0; i < Names.Length; i++)
        {
            double value = stored[i];
            named.Add(Names[i], Names[i] switch
            {
                "x" or "y" => value * PositionUnit,
                "sigma" or "aspect" or "wavelength" or "ratio" => Math.Exp(value),
                "orientation" => ((value * 180 / Math.PI % 180) + 180) % 180,
                "phase" => ((value * 180 / Math.PI % 360) + 360) % 360,
                _ => value,
            });
        }
        return named;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
    }

    private static Tensor Gabor(Tensor dx, Tensor dy, Tensor sigma, Tensor aspect, Tensor wavelength, Tensor orientation, Tensor phase)
    {
        Tensor cos = F.Cos(orientation), sin = F.Sin(orientation);
        Tensor across = dx * cos + dy * sin, along = dy * cos - dx * sin;
        Tensor envelope = F.Exp(-0.5 * F.Square(across / sigma) - 0.5 * F.Square(along / (sigma * aspect)));
        return envelope * F.Cos(2 * Math.PI * across / wavelength + phase);
    }

    private static Tensor Spot(Tensor dx, Tensor dy, Tensor sigma, Tensor ratio, Tensor weight, Tensor polarity)
    {
        Tensor square = F.Square(dx) + F.Square(dy);
        Tensor centre = F.Exp(-0.5 * square / F.Square(sigma)), surround = F.Exp(-0.5 * square / F.Square(sigma * ratio));
        return polarity * (centre - weight * surround / F.Square(ratio));
    }
}
