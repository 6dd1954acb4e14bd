namespace LoopRig.Acquisition;

/// <summary>A recorded IMU as a source.</summary>
public sealed record ImuFileOptions
{
    /// <summary>The adapter's name; the raw stream's too.</summary>
    public required string Name { get; init; }

    /// <summary>The recording; see <see cref="ImuRecording.Open"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Samples per second of a recording without times; 0: it has them.</summary>
    public double RateHz { get; init; }

    /// <summary>rad/s or deg/s, where the recording does not say.</summary>
    public string GyroscopeUnit { get; init; } = "rad/s";

    /// <summary>m/s2 or g, where the recording does not say.</summary>
    public string AccelerometerUnit { get; init; } = "m/s2";

    /// <summary>How the sensor sits on the head.</summary>
    public Mounting Mounting { get; init; } = Mounting.Straight;

    /// <summary>Samples of up to this long a time travel together, ms.</summary>
    public double BlockMs { get; init; } = 10;

    /// <summary>Starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How it is played.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
