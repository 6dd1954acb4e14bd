namespace LoopRig.Stimulus.Live;

/// <summary>What no stimulus may exceed, whoever asks for it. Judged by the pixels that were drawn, not by what was meant.</summary>
public sealed record SafetyLimits
{
    /// <summary>The brightest mean of the screen, 0 to 1.</summary>
    public double MostMeanLevel { get; init; } = 1;

    /// <summary>Flashes a second: pairs of opposing changes of the screen's mean by a tenth of its range or more, within one second.</summary>
    public double MostFlashesPerS { get; init; } = 30;

    /// <summary>How long a stimulus may last, s.</summary>
    public double MostSeconds { get; init; } = 36000;

    /// <summary>A stimulus ends when no command and no controller's decision has come for so long, s: what asks for stimuli has stalled. 0: it may be silent.</summary>
    public double MostSilenceSeconds { get; init; }
}
