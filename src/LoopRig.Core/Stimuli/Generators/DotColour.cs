namespace LoopRig.Core.Stimuli;

/// <summary>Which dots are white.</summary>
public enum DotColour
{
    /// <summary>Every second one; the others are black.</summary>
    Both,
    /// <summary>All.</summary>
    White,
    /// <summary>None: all are black.</summary>
    Black,
}
