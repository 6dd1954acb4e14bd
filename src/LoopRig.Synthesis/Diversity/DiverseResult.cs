namespace LoopRig.Synthesis;

/// <summary>Stimuli that drive a target nearly as well as the best and look different.</summary>
public sealed record DiverseResult
{
    /// <summary>What was driven.</summary>
    public required SynthesisTarget Target { get; init; }

    /// <summary>[stimuli][frames][C H W] in network units, the most exciting first.</summary>
    public required float[][][] Images { get; init; }

    /// <summary>The same in pixels.</summary>
    public required float[][][] Pixels { get; init; }

    /// <summary>Response to each.</summary>
    public required double[] Activations { get; init; }

    /// <summary>Responses as shares of the best stimulus's.</summary>
    public required double[] Shares { get; init; }

    /// <summary>Root mean square distance of each to the nearest other, in deviations of the best stimulus.</summary>
    public required double[] Distances { get; init; }

    /// <summary>The log.</summary>
    public required SynthesisStep[] Log { get; init; }
}
