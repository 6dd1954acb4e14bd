namespace LoopRig.Core.Stimuli;

/// <summary>Moving dots on gray.</summary>
/// <param name="Field">How they move.</param>
public sealed record DotsPattern(DotFieldSettings Field) : Pattern;
