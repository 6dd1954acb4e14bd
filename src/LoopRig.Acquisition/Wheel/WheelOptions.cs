namespace LoopRig.Acquisition;

/// <summary>A recorded wheel or treadmill as a source of position and speed.</summary>
public sealed record WheelOptions
{
    /// <summary>The adapter's and its stream's name.</summary>
    public required string Name { get; init; }

    /// <summary>A .npy of (samples, 2): s, counts; or an encoder module's .ssv log: us and counts, a line a count.</summary>
    public required string Source { get; init; }

    /// <summary>Encoder counts of one turn (of an array in radians: 6.2832).</summary>
    public required double CountsPerTurn { get; init; }

    /// <summary>The radius at which the animal runs, cm.</summary>
    public required double RadiusCm { get; init; }

    /// <summary>Growing counts are the animal running backwards.</summary>
    public bool Reverse { get; init; }

    /// <summary>Samples of the stream per second; between the log's lines the position stands still, as the encoder's did.</summary>
    public double OutputRateHz { get; init; } = 100;

    /// <summary>The speed is the way of this long a past, divided by it, ms: it lags by half of it.</summary>
    public double SpeedWindowMs { get; init; } = 50;

    /// <summary>Starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How it is played.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
