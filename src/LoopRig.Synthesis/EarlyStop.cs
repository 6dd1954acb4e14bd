namespace LoopRig.Synthesis;

/// <summary>Ends the ascent of a target that no longer rises.</summary>
/// <param name="Patience">Steps without a rise that are borne.</param>
/// <param name="LeastRise">What counts as a rise of the score, as a share of the best one.</param>
public sealed record EarlyStop(int Patience, double LeastRise = 1e-3);
