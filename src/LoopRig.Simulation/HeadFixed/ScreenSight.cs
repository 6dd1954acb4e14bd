using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>
/// A head-fixed mouse that is shown pictures, each for 0.48 s: textures with the spectra and edges of natural images. Calibrates populations, so that a unit is
/// the same whatever it will be shown later.
/// </summary>
internal sealed class ScreenSight : ISight
{
    private const double Mean = 0.5, Deviation = 0.45;
    private const int Texels = 128;     // across the screen: the coarsest grain is three quarters of its width
    private static readonly TextureStyle[] s_styles = [TextureStyle.Leaves, TextureStyle.Cloud, TextureStyle.Leaves, TextureStyle.Grain];

    private readonly HeadFixedBody _body;
    private readonly SeededRandom _random;
    private readonly int _width;
    private readonly float[] _contrast;
    private int _tick;

    public ScreenSight(ulong seed, int height, int width)
    {
        _width = width;
        _body = new HeadFixedBody(seed);
        _random = new SeededRandom(seed, "pictures");
        _contrast = new float[height * width];
    }

    /// <summary>Ticks for which a picture stays.</summary>
    public const int PictureTicks = 10 * Cortex.TicksPerBin;

    public ReadOnlySpan<float> Contrast => _contrast;

    public MouseState See(long timeNs)
    {
        if (_tick++ % PictureTicks == 0)
        {
            TextureStyle style = s_styles[_random.Below(s_styles.Length)];
            Texture texture = TextureSynthesis.Draw(_random, style, Texels, Texels, Mean, Deviation, _random.Uniform(0, Math.PI));
            float step = (float)Texels / _width;
            for (int at = 0; at < _contrast.Length; at++)
                _contrast[at] = (texture.Sample((at % _width + 0.5f) * step, (at / _width + 0.5f) * step, step) - (float)Mean) / (float)Mean;
        }
        return _body.At(timeNs);
    }
}
