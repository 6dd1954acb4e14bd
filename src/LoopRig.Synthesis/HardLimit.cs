namespace LoopRig.Synthesis;

/// <summary>A size that a stimulus is brought to behind every step.</summary>
/// <param name="Value">The size; positive.</param>
/// <param name="Exact">Whether a smaller stimulus is blown up to it too; else it is only the most.</param>
public readonly record struct HardLimit(double Value, bool Exact = false);
