using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.HeadFixed;

/// <summary>Which simulated head-fixed animal, and the monitor before it. With the same animal and monitor the neurons are the same, live or faster.</summary>
internal sealed record HeadFixedSettings
{
    /// <summary>Decides which animal: neurons and receptive fields.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Which recording of that animal: each has other behaviour and other spikes.</summary>
    public int Session { get; init; }

    /// <summary>Neurons.</summary>
    public int Units { get; init; } = 48;

    /// <summary>
    /// The monitor: 40 x 22.5 cm at 25 cm, 77 x 48 degrees. Few pixels, as the processor draws, and three flips in each bin of 48 ms, so that pictures that stay for
    /// multiples of 48 ms begin and end with bins.
    /// </summary>
    public MonitorDescription Monitor { get; init; } = new() { WidthCm = 40, HeightCm = 22.5, DistanceCm = 25, WidthPx = 128, HeightPx = 72, RefreshHz = 62.5 };

    /// <summary>Rows of the frames that cortex and networks see: the stream display/frames.</summary>
    public int Height { get; init; } = 36;

    /// <summary>Columns of them.</summary>
    public int Width { get; init; } = 64;
}
