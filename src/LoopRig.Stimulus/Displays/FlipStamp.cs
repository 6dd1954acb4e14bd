namespace LoopRig.Stimulus.Displays;

/// <summary>When one canvas was shown.</summary>
/// <param name="DrawnNs">The canvas was finished, ns of the rig clock.</param>
/// <param name="FlippedNs">It was on its way to the screen, ns of the rig clock; what this is worth <see cref="Source"/> says.</param>
/// <param name="Refreshes">The screen's refreshes so far, by the driver's count; -1 where it does not count.</param>
/// <param name="Source">What the time was taken from.</param>
public readonly record struct FlipStamp(long DrawnNs, long FlippedNs, long Refreshes, StampSource Source);
