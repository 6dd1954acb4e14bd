namespace LoopRig.Stimulus.Live;

/// <summary>A change of what a display shows.</summary>
/// <param name="Stimulus">The stimulus, by its number in the display's list; -1: gray.</param>
/// <param name="SinceNs">When it was flipped first, ns of the rig clock.</param>
public readonly record struct ShownStimulus(long Stimulus, long SinceNs);
