using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Neurons;

/// <summary>A mouse with open eyes.</summary>
internal interface ISight
{
    /// <summary>Looks, so long after the start; times do not go back.</summary>
    MouseState See(long timeNs);

    /// <summary>The contrast image of the last look, row-major.</summary>
    ReadOnlySpan<float> Contrast { get; }
}
