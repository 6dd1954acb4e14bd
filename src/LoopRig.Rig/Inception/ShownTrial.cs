namespace LoopRig.Rig.Inception;

/// <summary>One presentation of one image: from its first flip to the flip that replaced it.</summary>
/// <param name="Label">What was shown: the segment's label in the plan.</param>
/// <param name="OnsetNs">Its first flip, ns on the rig clock.</param>
/// <param name="EndNs">The flip that ended it.</param>
/// <param name="Flips">How many of its flips there are.</param>
internal readonly record struct ShownTrial(string Label, long OnsetNs, long EndNs, int Flips);
