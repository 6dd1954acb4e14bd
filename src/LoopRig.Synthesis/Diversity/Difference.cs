namespace LoopRig.Synthesis;

/// <summary>What diverse stimuli are to differ from.</summary>
public enum Difference
{
    /// <summary>From each other: many ways to drive a unit (diverse exciting inputs).</summary>
    EachOther,

    /// <summary>From each other and from the most exciting stimulus: what a unit does not care about (invariances).</summary>
    TheBest,
}
