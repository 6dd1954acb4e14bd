namespace LoopRig.Synthesis;

/// <summary>One line of the log: a batch before a step.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Score">Mean of what is driven up, over the batch.</param>
/// <param name="Penalty">Mean of the penalties.</param>
/// <param name="Rate">Size of the step.</param>
public readonly record struct SynthesisStep(int Step, double Score, double Penalty, double Rate);
