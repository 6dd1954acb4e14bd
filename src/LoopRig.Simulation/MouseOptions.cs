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

    /// <summary>Pictures of the worldcam per second; of an interlaced one, fields.</summary>
    public double WorldcamRateHz { get; init; } = 62.5;

    /// <summary>Whether each frame of the worldcam is two fields, one after the other, as head-mounted cameras often have it.</summary>
    public bool WorldcamInterlaced { get; init; }

    /// <summary>Rows of the worldcam.</summary>
    public int WorldcamHeight { get; init; } = 60;

    /// <summary>Columns of the worldcam.</summary>
    public int WorldcamWidth { get; init; } = 80;

    /// <summary>Field of view across the worldcam's columns, deg.</summary>
    public double WorldcamFieldDeg { get; init; } = 110;

    /// <summary>Frames of the eye camera per second.</summary>
    public double EyecamRateHz { get; init; } = 60;

    /// <summary>Rows of the eye camera.</summary>
    public int EyecamHeight { get; init; } = 120;

    /// <summary>Columns of the eye camera.</summary>
    public int EyecamWidth { get; init; } = 160;

    /// <summary>IMU samples per second.</summary>
    public double ImuRateHz { get; init; } = 250;

    /// <summary>IMU samples that travel together, each with its own time.</summary>
    public int ImuBlock { get; init; } = 2;

    /// <summary>Encoder readings per second.</summary>
    public double EncoderRateHz { get; init; } = 200;

    /// <summary>Encoder counts of one turn of the wheel.</summary>
    public int EncoderCountsPerTurn { get; init; } = 4096;

    /// <summary>The radius at which the animal runs, cm.</summary>
    public double WheelRadiusCm { get; init; } = 10;

    /// <summary>
    /// Where the encoder appears as a serial device that speaks the line protocol: a link to a pseudo-terminal. Empty: it is on no line, and its counts are a stream.
    /// </summary>
    public string EncoderPort { get; init; } = "";

    /// <summary>Devices with clocks of their own; the others stamp with the rig clock.</summary>
    public IReadOnlyList<MouseClockOptions> Clocks { get; init; } = [];

    /// <summary>
    /// How far the cortex looks back at behaviour, s: beside the signals as they are, each unit follows the rate at which they changed so long ago
    /// (head and eye movements reach V1 with such latencies: Guitchounts et al. 2020, Parker et al. 2022). 0: the present alone counts.
    /// </summary>
    public double BehaviourMemorySeconds { get; init; }

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
        Check(EyecamRateHz is >= 1 and <= 500, nameof(EyecamRateHz), "1 to 500 Hz");
        Check(EyecamHeight is >= 32 and <= 1080, nameof(EyecamHeight), "32 to 1080 px");
        Check(EyecamWidth is >= 32 and <= 1920, nameof(EyecamWidth), "32 to 1920 px");
        Check(ImuRateHz is >= 1 and <= 30_000, nameof(ImuRateHz), "1 to 30000 Hz");
        Check(ImuBlock is >= 1 and <= 4096, nameof(ImuBlock), "1 to 4096 samples");
        Check(EncoderRateHz is >= 1 and <= 1000, nameof(EncoderRateHz), "1 to 1000 Hz");
        Check(EncoderCountsPerTurn is >= 1 and <= 10_000_000, nameof(EncoderCountsPerTurn), "1 to 10000000 counts");
        Check(WheelRadiusCm is >= 0.1 and <= 100, nameof(WheelRadiusCm), "0.1 to 100 cm");
        Check(Clocks.Select(clock => clock.Device).Distinct().Count() == Clocks.Count, nameof(Clocks), "one a device at most");
        Check(Clocks.All(clock => Math.Abs(clock.DriftPpm) <= 10_000), nameof(Clocks), "of drifts up to 10000 ppm");
        Check(Clocks.All(clock => clock.ResetSeconds.Zip(clock.ResetSeconds.Skip(1)).All(pair => pair.First < pair.Second)), nameof(Clocks), "of resets in order");
        Check(BehaviourMemorySeconds is >= 0 and <= 2, nameof(BehaviourMemorySeconds), "0 to 2 s");
        Check(ActivityLatencyMs is >= 0 and <= 2000, nameof(ActivityLatencyMs), "0 to 2000 ms");
    }

    private static void Check(bool holds, string key, string range)
    {
        if (!holds)
            throw new Core.RigConfigException("digital mouse", char.ToLowerInvariant(key[0]) + key[1..], $"must be {range}");
    }
}
