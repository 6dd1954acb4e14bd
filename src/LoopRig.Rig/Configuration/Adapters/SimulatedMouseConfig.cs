namespace LoopRig.Rig.Configuration;

/// <summary>The digital mouse: explores an arena, sees, moves its eyes, and has a cortex whose truth is known. Streams: worldcam, eye, imu, treadmill, activity, truth-*.</summary>
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

    /// <summary>Frames of the worldcam per second.</summary>
    [Range(1, 250)]
    public double WorldcamRateHz { get; init; } = 62.5;

    /// <summary>Rows of the worldcam, px.</summary>
    [Range(8, 1080)]
    public int WorldcamHeight { get; init; } = 60;

    /// <summary>Columns of the worldcam, px.</summary>
    [Range(8, 1920)]
    public int WorldcamWidth { get; init; } = 80;

    /// <summary>Whether it lives in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
