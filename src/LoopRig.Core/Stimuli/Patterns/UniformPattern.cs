namespace LoopRig.Core.Stimuli;

/// <summary>The whole screen at one level.</summary>
/// <param name="Level">0 to 1.</param>
public sealed record UniformPattern(double Level) : Pattern;
