namespace LoopRig.Core.Stimuli;

/// <summary>When the photodiode saw a flip.</summary>
/// <param name="Flip">Its number.</param>
/// <param name="TimeS">When, s of the photodiode's clock: as seen, or, where it was not seen, as the fitted clock has it.</param>
/// <param name="Seen">False: inferred.</param>
/// <param name="ResidualS">Seen less fitted, s; 0 where it was not seen.</param>
public readonly record struct FlipSighting(long Flip, double TimeS, bool Seen, double ResidualS);
