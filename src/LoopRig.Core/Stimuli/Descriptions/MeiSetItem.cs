namespace LoopRig.Core.Stimuli;

/// <summary>One stimulus of a set.</summary>
public sealed record MeiSetItem
{
    /// <summary>Its name in the record of what was shown.</summary>
    public required string Name { get; init; }

    /// <summary>The unit that it is for, as the network names it; absent of a control for none.</summary>
    public string? Unit { get; init; }

    /// <summary>What it is: mei, lei, natural, gabor, scrambled ...</summary>
    public string Role { get; init; } = "mei";

    /// <summary>The unit's predicted response to it; absent: not computed.</summary>
    public double? Activation { get; init; }
}
