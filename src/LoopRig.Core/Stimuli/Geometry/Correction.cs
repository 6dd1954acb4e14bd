namespace LoopRig.Core.Stimuli;

/// <summary>What a visual degree is on a flat screen.</summary>
public enum Correction
{
    /// <summary>As the eye sees it: a stimulus keeps its size in visual angle wherever it lies on the screen.</summary>
    Spherical,
    /// <summary>As at the screen's centre: a stimulus keeps its size in centimetres wherever it lies.</summary>
    Flat,
}
