namespace LoopRig.Simulation;

/// <summary>The devices on the simulated animal that may have clocks of their own. Neural activity and the truth are on the rig clock.</summary>
public enum MouseDevice
{
    /// <summary>The head-mounted camera.</summary>
    Worldcam,
    /// <summary>The camera that films the right eye.</summary>
    Eyecam,
    /// <summary>The head's inertial sensor.</summary>
    Imu,
    /// <summary>The treadmill's encoder.</summary>
    Encoder,
}

/// <summary>The clock of one device, against the rig clock.</summary>
public sealed record MouseClockOptions
{
    /// <summary>Whose clock it is.</summary>
    public required MouseDevice Device { get; init; }

    /// <summary>What it shows when the simulation starts, s.</summary>
    public double OffsetSeconds { get; init; }

    /// <summary>How much faster than the rig clock it runs, parts per million. The device samples by it too.</summary>
    public double DriftPpm { get; init; }

    /// <summary>When it begins again at 0, as after a reset, s since the start, in order.</summary>
    public IReadOnlyList<double> ResetSeconds { get; init; } = [];
}
