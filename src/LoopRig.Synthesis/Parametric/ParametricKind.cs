namespace LoopRig.Synthesis;

/// <summary>What a parametric stimulus is.</summary>
public enum ParametricKind
{
    /// <summary>A grating under a Gaussian: x, y, sigma, aspect, wavelength, orientation, phase.</summary>
    Gabor,

    /// <summary>A Gaussian spot less a wider one: x, y, sigma, the surround's ratio to it and its weight, polarity.</summary>
    CentreSurround,
}
