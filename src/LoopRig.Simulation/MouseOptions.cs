namespace LoopRig.Simulation;

/// <summary>What the digital mouse is and how its rig samples it.</summary>
public sealed class MouseOptions
{
    /// <summary>Decides which animal in which arena: neurons, receptive fields, textures. The same seed and session give the same streams bit for bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which recording of that animal: each is another exploration, with other spikes and sensor noise.</summary>
    public ulong Session { get; init; }

    /// <summary>Seed of what differs between recordings.</summary>
    internal ulong SessionSeed => Seed ^ (Session * 0x9E3779B97F4A7C15UL);

    /// <summary>Simulated neurons.</summary>
    public int Units { get; init; } = 48;

    /// <summary>Frames of the worldcam per second.</summary>
    public double WorldcamRateHz { get; init; } = 62.5;

    /// <summary>Rows of the worldcam.</summary>
    public int WorldcamHeight { get; init; } = 60;

    /// <summary>Columns of the worldcam.</summary>
    public int WorldcamWidth { get; init; } = 80;

    /// <summary>Field of view across the worldcam's columns, deg.</summary>
    public double WorldcamFieldDeg { get; init; } = 110;

    /// <summary>Eye tracker samples per second.</summary>
    public double EyeRateHz { get; init; } = 60;

    /// <summary>IMU samples per second.</summary>
    public double ImuRateHz { get; init; } = 250;

    /// <summary>IMU samples that travel together, each with its own time.</summary>
    public int ImuBlock { get; init; } = 2;

    /// <summary>Treadmill samples per second.</summary>
    public double TreadmillRateHz { get; init; } = 100;

    /// <summary>From the end of a bin to its spike counts on the wire: what online sorting takes.</summary>
    public double ActivityLatencyMs { get; init; } = 60;

    /// <summary>Checks every value.</summary>
    /// <exception cref="Core.RigConfigException">A value is out of range; the key is named.</exception>
    internal void Validate()
    {
        Check(Units is >= 1 and <= 512, nameof(Units), "1 to 512");
        Check(WorldcamHeight is >= 8 and <= 1080, nameof(WorldcamHeight), "8 to 1080 px");
        Check(WorldcamWidth is >= 8 and <= 1920, nameof(WorldcamWidth), "8 to 1920 px");
        Check(WorldcamFieldDeg is >= 10 and <= 180, nameof(WorldcamFieldDeg), "10 to 180 deg");
        Check(WorldcamRateHz is >= 1 and <= 250, nameof(WorldcamRateHz), "1 to 250 Hz");
        Check(EyeRateHz is >= 1 and <= 500, nameof(EyeRateHz), "1 to 500 Hz");
        Check(ImuRateHz is >= 1 and <= 1000, nameof(ImuRateHz), "1 to 1000 Hz");
        Check(ImuBlock is >= 1 and <= 256, nameof(ImuBlock), "1 to 256 samples");
        Check(TreadmillRateHz is >= 1 and <= 1000, nameof(TreadmillRateHz), "1 to 1000 Hz");
        Check(ActivityLatencyMs is >= 0 and <= 2000, nameof(ActivityLatencyMs), "0 to 2000 ms");
    }

    private static void Check(bool holds, string key, string range)
    {
        if (!holds)
            throw new Core.RigConfigException("digital mouse", char.ToLowerInvariant(key[0]) + key[1..], $"must be {range}");
    }
}
