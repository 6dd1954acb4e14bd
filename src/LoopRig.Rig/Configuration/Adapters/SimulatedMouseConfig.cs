namespace LoopRig.Rig.Configuration;

/// <summary>The digital mouse: explores an arena, sees, moves its eyes, and has a cortex whose truth is known.</summary>
public sealed class SimulatedMouseConfig : AdapterConfig
{
    /// <summary>The seed of everything random in it.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Frames of the worldcam, per second.</summary>
    [Range(1, 240)]
    public double FrameRateHz { get; init; } = 62.5;

    /// <summary>Neurons of the cortex.</summary>
    [Range(1, 10_000)]
    public int Neurons { get; init; } = 64;

    /// <summary>Whether it lives in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
