namespace LoopRig.Models;

/// <summary>How units are read from the maps of a core.</summary>
public enum ImageReadoutKind
{
    /// <summary>A spatial mask a unit times a weight a channel.</summary>
    Mask,

    /// <summary>One position a unit, drawn from a Gaussian in training.</summary>
    Gaussian,
}
