namespace LoopRig.Rig.Synthesis;

/// <summary>What a behaviour variable was found to be.</summary>
/// <param name="Input">The network's input that it belongs to.</param>
/// <param name="Variable">Its name.</param>
/// <param name="Value">In the network's units: standard deviations from the mean, of normalised behaviour.</param>
internal readonly record struct BehaviourValue(string Input, string Variable, double Value);
