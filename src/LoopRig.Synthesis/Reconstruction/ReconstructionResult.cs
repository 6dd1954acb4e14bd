namespace LoopRig.Synthesis;

/// <summary>A stimulus that was read from responses.</summary>
public sealed record ReconstructionResult
{
    /// <summary>In network units, one a frame.</summary>
    public required float[][] Image { get; init; }

    /// <summary>In pixels of the monitor.</summary>
    public required float[][] Pixels { get; init; }

    /// <summary>What the network answers to it: [frames that count][units].</summary>
    public required float[][] Responses { get; init; }

    /// <summary>Correlation of those with the given responses, over frames and units.</summary>
    public required double Correlation { get; init; }

    /// <summary>The log; the score is minus the loss.</summary>
    public required SynthesisStep[] Log { get; init; }
}
