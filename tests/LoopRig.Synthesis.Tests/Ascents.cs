using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Synthesis.Tests;

/// <summary>Runs the engine's own ascent on a quadratic function.</summary>
internal static class Ascents
{
    /// <summary>Plain gradient steps that shrink to nothing: what a function's optimum is reached by.</summary>
    internal static SynthesisPreset Plain { get; } = new()
    {
        Name = "test",
        Optimiser = OptimiserKind.Sgd,
        Rate = new Anneal(0.5, 0.001),
        Steps = 400,
        StartMean = 0.1,
        StartDeviation = 0.3,
    };

    /// <summary>The stimulus that is found, [T C H W].</summary>
    internal static float[] Climb(SynthesisPreset preset, float[] target, (int Frames, int Height, int Width) size, float[]? weight = null, SynthesisInputs? inputs = null)
    {
        preset.Validate();
        inputs = (inputs ?? new SynthesisInputs()) with { Frames = size.Frames };
        InputSpec image = new() { Name = "image", Kind = InputKind.Image, Height = size.Height, Width = size.Width };
        using Display display = new(image, inputs, Device.Cpu);
        using QuadraticObjective objective = new(target, [size.Frames, 1, size.Height, size.Width], weight);
        using GradientAscent ascent = new(preset, display, [new Batch(SynthesisTarget.Of(0, "quadratic"), 0, 0)], objective, new Dictionary<string, float[]>(), 7, inputs);
        while (!ascent.Finished)
            ascent.Step();
        using NoGrad guard = new();
        using Scope scope = new();
        return ascent.Variables.Shown(ascent.Variables.Tensors).ToArray();
    }
}
