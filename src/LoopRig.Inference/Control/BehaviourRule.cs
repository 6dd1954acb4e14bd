namespace LoopRig.Inference;

/// <summary>One state of behaviour: it begins when a variable rises over a level, and ends when it falls under another.</summary>
public sealed record BehaviourRule
{
    /// <summary>The variable, as <c>STREAM.CHANNEL</c>.</summary>
    public required string Variable { get; init; }

    /// <summary>The state begins at this value or above, in the channel's unit.</summary>
    public required double Above { get; init; }

    /// <summary>It ends below this.</summary>
    public required double LeaveBelow { get; init; }

    /// <summary>How long the variable must stay beyond a level before it counts, ns.</summary>
    public long HoldNs { get; init; }

    /// <summary>The stimulus that is shown when it begins, by its number at the display (-1: gray); null: none.</summary>
    public int? Enter { get; init; }

    /// <summary>The stimulus that is shown when it ends; null: none.</summary>
    public int? Leave { get; init; }
}
