namespace LoopRig.Core.Stimuli;

/// <summary>What the corner patch shows during a flip.</summary>
public enum FlipMark
{
    /// <summary>Black.</summary>
    Black = 1,
    /// <summary>Gray, as columns of black and white in turn: half of white's light whatever the screen's gamma is.</summary>
    Gray = 2,
    /// <summary>White.</summary>
    White = 3,
}
