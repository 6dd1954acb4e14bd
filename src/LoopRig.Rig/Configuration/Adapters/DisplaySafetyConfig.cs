namespace LoopRig.Rig.Configuration;

/// <summary>Limits of what a display shows, judged by the pixels that were drawn.</summary>
public sealed class DisplaySafetyConfig
{
    /// <summary>The brightest mean of the screen, 0 black to 1 white.</summary>
    [Range(0, 1)]
    public double MostMeanLevel { get; init; } = 1;

    /// <summary>Flashes a second: pairs of opposing changes of the screen's mean by a tenth of its range.</summary>
    [Range(0.5, 500)]
    public double MostFlashesPerS { get; init; } = 30;

    /// <summary>How long one stimulus may last, s.</summary>
    [Range(0.1, 86_400)]
    public double MostSeconds { get; init; } = 36_000;

    /// <summary>A stimulus ends when no command and no controller's decision has come for so long, s: what asks for stimuli has stalled. 0: it may be silent.</summary>
    [Range(0, 86_400)]
    public double MostSilenceSeconds { get; init; }
}
