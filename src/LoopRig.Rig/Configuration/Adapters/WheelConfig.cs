namespace LoopRig.Rig.Configuration;

/// <summary>A wheel or treadmill log of times and encoder positions: streams of position (counts) and speed (cm/s).</summary>
public sealed class WheelConfig : AdapterConfig
{
    /// <summary>A .npy of (N,2): seconds, counts; relative to this file.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>Encoder counts of one turn.</summary>
    [Range(1, 1e7)]
    public required double CountsPerTurn { get; init; }

    /// <summary>The radius at which the animal runs, centimetres.</summary>
    [Range(0.1, 100)]
    public required double RadiusCm { get; init; }

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
