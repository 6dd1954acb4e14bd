namespace LoopRig.Core.Stimuli;

/// <summary>A change of the patch's light.</summary>
/// <param name="TimeS">From the trace's start, s.</param>
/// <param name="Step">How much brighter it became, in units of the trace; negative: darker.</param>
internal readonly record struct PhotodiodeEdge(double TimeS, double Step);
