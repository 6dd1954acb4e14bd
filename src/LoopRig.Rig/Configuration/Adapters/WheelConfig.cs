namespace LoopRig.Rig.Configuration;

/// <summary>A wheel or treadmill log of times and encoder positions: streams of position (counts) and speed (cm/s).</summary>
public sealed class WheelConfig : AdapterConfig
{
    /// <summary>A .npy of (N,2), seconds and counts, or an encoder module's .ssv log; relative to this file.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>Encoder counts of one turn (of an array in radians: 6.2832).</summary>
    [Range(1, 1e7)]
    public required double CountsPerTurn { get; init; }

    /// <summary>The radius at which the animal runs, centimetres.</summary>
    [Range(0.1, 100)]
    public required double RadiusCm { get; init; }

    /// <summary>Whether growing counts are the animal running backwards.</summary>
    public bool Reverse { get; init; }

    /// <summary>Samples of the stream per second.</summary>
    [Range(1, 10_000)]
    public double OutputRateHz { get; init; } = 100;

    /// <summary>The speed is the way of this long a past, divided by it, milliseconds: it lags by half of it.</summary>
    [Range(1, 10_000)]
    public double SpeedWindowMs { get; init; } = 50;

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
