namespace LoopRig.Models;

/// <summary>What learned layers see of an image.</summary>
public enum ImageFeatures
{
    /// <summary>Its pixels.</summary>
    Pixels,

    /// <summary>Oriented energy of first order at several scales, and mean colour, on a grid.</summary>
    Energy,

    /// <summary>Also the oriented energy of the energy maps, as a scattering transform has it.</summary>
    EnergyOfEnergy,
}
