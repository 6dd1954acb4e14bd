using LoopRig.Simulation;

namespace LoopRig.Rig.Configuration;

/// <summary>
/// The digital mouse: explores an arena, sees, moves its eyes, and has a cortex whose truth is known. It sends what real sensors send: worldcam, eyecam, imu, encoder,
/// activity; and the truth of all of it: truth-*. Eye angles, pupil, head angles and speed are for other adapters to find (source stream:eyecam ...).
/// </summary>
public sealed class SimulatedMouseConfig : AdapterConfig
{
    /// <summary>Decides which animal in which arena; the same seed and session give the same streams.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Which recording of that animal: each is another exploration, with other spikes and sensor noise.</summary>
    [Range(0, int.MaxValue)]
    public int Session { get; init; }

    /// <summary>Neurons of its cortex.</summary>
    [Range(1, 512)]
    public int Units { get; init; } = 48;

    /// <summary>How far its cortex looks back at behaviour, seconds: each unit also follows how fast behaviour changed so long ago. 0: the present alone counts.</summary>
    [Range(0, 2)]
    public double BehaviourMemorySeconds { get; init; }

    /// <summary>Pictures of the worldcam per second; of an interlaced one, fields.</summary>
    [Range(1, 250)]
    public double WorldcamRateHz { get; init; } = 62.5;

    /// <summary>Whether each frame of the worldcam is two fields, one after the other, rows 0, 2, 4 ... first.</summary>
    public bool WorldcamInterlaced { get; init; }

    /// <summary>Rows of the worldcam, px.</summary>
    [Range(8, 1080)]
    public int WorldcamHeight { get; init; } = 60;

    /// <summary>Columns of the worldcam, px.</summary>
    [Range(8, 1920)]
    public int WorldcamWidth { get; init; } = 80;

    /// <summary>Frames of the eye camera per second.</summary>
    [Range(1, 500)]
    public double EyecamRateHz { get; init; } = 60;

    /// <summary>Rows of the eye camera, px.</summary>
    [Range(32, 1080)]
    public int EyecamHeight { get; init; } = 120;

    /// <summary>Columns of the eye camera, px.</summary>
    [Range(32, 1920)]
    public int EyecamWidth { get; init; } = 160;

    /// <summary>Samples of the inertial sensor per second.</summary>
    [Range(1, 30_000)]
    public double ImuRateHz { get; init; } = 250;

    /// <summary>Samples of the inertial sensor sent as one message, each with its own time.</summary>
    [Range(1, 4096)]
    public int ImuBlockSamples { get; init; } = 2;

    /// <summary>Readings of the treadmill's encoder per second.</summary>
    [Range(1, 1000)]
    public double EncoderRateHz { get; init; } = 200;

    /// <summary>Where the encoder appears as a serial device that speaks the line protocol: a link to a pseudo-terminal, made when the rig starts. Empty: its counts are the stream encoder.</summary>
    [Pattern("(/.{1,90})?", "an absolute path of at most 90 characters")]
    public string EncoderPort { get; init; } = "";

    /// <summary>Devices with clocks of their own; the others stamp with the rig clock.</summary>
    [Items(0, 4)]
    public MouseClockConfig[] Clocks { get; init; } = [];

    /// <summary>Whether it lives in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}

/// <summary>The clock of one of the digital mouse's devices, against the rig clock.</summary>
public sealed class MouseClockConfig
{
    /// <summary>Whose clock it is.</summary>
    public required MouseDevice Device { get; init; }

    /// <summary>What it shows when the simulation starts, seconds.</summary>
    [Range(0, 1e9)]
    public double OffsetSeconds { get; init; }

    /// <summary>How much faster than the rig clock it runs, parts per million; the device samples by it too.</summary>
    [Range(-10_000, 10_000)]
    public double DriftPpm { get; init; }

    /// <summary>When it begins again at 0, as after a reset, seconds since the start, in order.</summary>
    [Items(0, 64)]
    [Range(0, 1e6)]
    public double[] ResetSeconds { get; init; } = [];
}
