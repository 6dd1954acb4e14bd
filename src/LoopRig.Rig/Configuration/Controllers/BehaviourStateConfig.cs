namespace LoopRig.Rig.Configuration;

/// <summary>A state of behaviour, such as running.</summary>
public sealed class BehaviourStateConfig
{
    /// <summary>What is looked at, as STREAM.CHANNEL, such as treadmill.speed: its mean of each bin.</summary>
    public required string Variable { get; init; }

    /// <summary>The state begins at this value, in the channel's unit.</summary>
    [Range(-1e9, 1e9)]
    public required double Above { get; init; }

    /// <summary>It ends below this; absent: above.</summary>
    [Range(-1e9, 1e9)]
    public double? LeaveBelow { get; init; }

    /// <summary>How long the variable must stay beyond a level before it counts, milliseconds.</summary>
    [Range(0, 600_000)]
    public double HoldMs { get; init; }

    /// <summary>What is shown when it begins; absent: nothing new.</summary>
    public string? Enter { get; init; }

    /// <summary>What is shown when it ends; absent: nothing new.</summary>
    public string? Leave { get; init; }
}
