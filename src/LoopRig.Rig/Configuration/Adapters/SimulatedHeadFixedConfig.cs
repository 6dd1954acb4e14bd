using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.Configuration;

/// <summary>
/// A head-fixed mouse on a wheel, of whose cortex all is known: it sees what a display shows. It sends activity, pupil (pupil_x, pupil_y, eyerad) and the wheel's encoder,
/// and the truth: truth-*. Running speed is for a treadmill adapter to find (source stream:encoder).
/// </summary>
public sealed class SimulatedHeadFixedConfig : AdapterConfig
{
    /// <summary>What it sees: stream:DISPLAY/frames, the frames that a display has shown.</summary>
    [Pattern("stream:.+", "stream:NAME, the frames of a display, such as stream:display/frames")]
    public required string Source { get; init; }

    /// <summary>The monitor before it: the display's own.</summary>
    public required MonitorDescription Monitor { get; init; }

    /// <summary>Decides which animal: neurons and receptive fields.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Which recording of that animal: each has other behaviour and other spikes.</summary>
    [Range(0, int.MaxValue)]
    public int Session { get; init; }

    /// <summary>Neurons of its cortex.</summary>
    [Range(1, 512)]
    public int Units { get; init; } = 48;

    internal override string? SourceStream => StreamOf(Source);
}
