using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// What the eye sees: the arena through the eye's own optics, at the coarse grain of mouse vision, as contrast against the slowly adapting mean light.
/// It never looks at the worldcam's picture.
/// </summary>
public sealed class Retina(Arena arena)
{
    /// <summary>Rows of the raster.</summary>
    public const int Height = 32;

    /// <summary>Columns of the raster.</summary>
    public const int Width = 40;

    /// <summary>Angle between neighbouring pixels: near the acuity of the mouse, about 0.5 cycles per degree at best.</summary>
    public const double DegreesPerPixel = 2.5;

    private const float AdaptationS = 0.4f;
    private const float DarkLight = 0.05f;
    private readonly RayCaster _caster = new(arena);
    private readonly Lens _lens = new(Height, Width, DegreesPerPixel);
    private readonly float[] _luminance = new float[Height * Width];
    private readonly float[] _contrast = new float[Height * Width];
    private float _adapted = 0.4f;

    /// <summary>Mean luminance of the last view, 0 to 1.</summary>
    public float MeanLuminance { get; private set; } = 0.4f;

    /// <summary>The contrast image of the last view, row-major.</summary>
    public ReadOnlySpan<float> Contrast => _contrast;

    /// <summary>Looks at the arena with the eye of <paramref name="mouse"/>; <paramref name="dt"/> (s) has passed since the last look.</summary>
    public void Look(in MouseState mouse, float dt)
    {
        _caster.Render(HeadFrame.Eye(mouse), _lens, _luminance);
        float sum = 0;
        foreach (float light in _luminance)
            sum += light;
        MeanLuminance = sum / _luminance.Length;
        _adapted += (MeanLuminance - _adapted) * dt / AdaptationS;
        float scale = 1 / (_adapted + DarkLight);
        for (int at = 0; at < _contrast.Length; at++)
            _contrast[at] = (_luminance[at] - _adapted) * scale;
    }
}
