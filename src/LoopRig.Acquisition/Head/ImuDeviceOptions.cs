namespace LoopRig.Acquisition;

/// <summary>An inertial sensor on a serial line.</summary>
public sealed record ImuDeviceOptions
{
    /// <summary>The id that it must say; null: whichever says hello first.</summary>
    public string? Device { get; init; }

    /// <summary>The name of its clock; null: the adapter's name.</summary>
    public string? Clock { get; init; }

    /// <summary>The least time from sampling to hand-over that is known of the device, ms.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Its nominal rate, samples per second: what receivers make room for, never a time.</summary>
    public required double RateHz { get; init; }

    /// <summary>Whether its samples have a magnetometer's values behind the others.</summary>
    public bool Magnetometer { get; init; }

    /// <summary>What one of its counts is: rad/s.</summary>
    public required double RadPerSPerCount { get; init; }

    /// <summary>What one of its counts is: m/s2.</summary>
    public required double MPerS2PerCount { get; init; }

    /// <summary>What one of its counts is: uT.</summary>
    public double MicroteslaPerCount { get; init; } = 1;

    /// <summary>How the sensor sits on the head.</summary>
    public Mounting Mounting { get; init; } = Mounting.Straight;

    /// <summary>Samples of up to this long a time travel together, ms.</summary>
    public double BlockMs { get; init; } = 10;
}
