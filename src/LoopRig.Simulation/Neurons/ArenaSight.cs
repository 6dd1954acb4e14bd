using LoopRig.Simulation.Body;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Neurons;

/// <summary>A mouse that explores an arena.</summary>
internal sealed class ArenaSight(Arena arena, ulong seed) : ISight
{
    private readonly Mouse _mouse = new(arena, seed);
    private readonly Retina _retina = new(arena);

    public ReadOnlySpan<float> Contrast => _retina.Contrast;

    public MouseState See(long timeNs)
    {
        MouseState mouse = _mouse.At(timeNs);
        _retina.Look(mouse, Cortex.TickNs / 1e9f);
        _mouse.Luminance = _retina.MeanLuminance;
        return mouse;
    }
}
