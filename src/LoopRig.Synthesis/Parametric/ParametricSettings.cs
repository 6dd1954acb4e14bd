namespace LoopRig.Synthesis;

/// <summary>How the best parametric stimulus is searched for.</summary>
public sealed record ParametricSettings
{
    /// <summary>What it is.</summary>
    public ParametricKind Kind { get; init; }

    /// <summary>Random stimuli that every target is tried with first.</summary>
    public int Candidates { get; init; } = 3000;

    /// <summary>The best of them that are climbed from, for each target.</summary>
    public int Climbed { get; init; } = 4;

    /// <summary>Steps of Adam on the parameters.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Size of a step: in units of 10 pixels for positions, of a factor e for sizes, of a radian for angles.</summary>
    public double Rate { get; init; } = 0.03;

    /// <summary>Root mean square about grey that every stimulus is given, network units; in the end clipped to the monitor's range where that is kept.</summary>
    public double Rms { get; init; } = 0.25;

    /// <summary>Whether stimuli are clipped to pixels 0..1.</summary>
    public bool KeepInRange { get; init; }
}
