namespace LoopRig.Rig.Configuration;

/// <summary>An inertial sensor: what it measures as stream NAME (rad/s, m/s2, uT), and the head's pitch and roll as NAME/orientation.</summary>
public sealed class ImuConfig : AdapterConfig
{
    /// <summary>
    /// A recording, relative to this file: a table (.csv, .npy), a folder of a BROAD trial, a folder of head-mount parts; or stream:NAME, another
    /// adapter's raw signals, of which only the orientation is made here.
    /// </summary>
    [InputFile(OrStream = true, OrFolder = true)]
    public required string Source { get; init; }

    /// <summary>The direction of the nose in the sensor's own axes; what of it lies along up is taken off.</summary>
    [Items(3, 3)]
    public double[] Forward { get; init; } = [1, 0, 0];

    /// <summary>The direction of the crown in the sensor's own axes: what its accelerometer reads while the head is in its zero posture.</summary>
    [Items(3, 3)]
    public double[] Up { get; init; } = [0, 0, 1];

    /// <summary>The unit of the angular rate, where the source does not say it.</summary>
    public GyroscopeUnit GyroscopeUnit { get; init; } = GyroscopeUnit.RadPerS;

    /// <summary>The unit of the acceleration, where the source does not say it.</summary>
    public AccelerometerUnit AccelerometerUnit { get; init; } = AccelerometerUnit.MPerS2;

    /// <summary>Samples of up to this long a time travel together, each with its own time, milliseconds.</summary>
    [Range(0, 1000)]
    public double BlockMs { get; init; } = 10;

    /// <summary>The rate of a recording without times, samples per second; 0: it has them, or its layout knows.</summary>
    [Range(0, 1e6)]
    public double RateHz { get; init; }

    /// <summary>Whether a recording starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether a recording plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <inheritdoc/>
    internal override string? SourceStream => StreamOf(Source);
}

/// <summary>A unit of angular rate.</summary>
public enum GyroscopeUnit
{
    /// <summary>Radians per second.</summary>
    RadPerS,
    /// <summary>Degrees per second.</summary>
    DegPerS,
}

/// <summary>A unit of acceleration.</summary>
public enum AccelerometerUnit
{
    /// <summary>Metres per second squared.</summary>
    MPerS2,
    /// <summary>Standard gravity, 9.80665 m/s2.</summary>
    G,
}
