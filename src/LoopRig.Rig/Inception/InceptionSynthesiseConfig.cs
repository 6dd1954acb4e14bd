namespace LoopRig.Rig.Inception;

/// <summary>How images are made for the chosen neurons.</summary>
public sealed record InceptionSynthesiseConfig
{
    /// <summary>A recipe of docs/synthesis.md.</summary>
    public string Preset { get; init; } = "inception2019";

    /// <summary>Steps of an ascent; absent: as the recipe has them.</summary>
    public int? Steps { get; init; }

    /// <summary>Contrast at which images and controls are shown: the standard deviation of the whole frame's pixels, 0 black to 1 white, about gray. All have it.</summary>
    public double Contrast { get; init; } = 0.08;
}
