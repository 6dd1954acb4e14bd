namespace LoopRig.Models;

/// <summary>How a network wants the values of an input; the statistics come from the data that fit and are stored with the network.</summary>
public enum InputScaling
{
    /// <summary>In the variable's own unit, images in 0..1.</summary>
    AsMeasured,
    /// <summary>Divided by the standard deviation, so that 0 stays 0.</summary>
    UnitDeviation,
    /// <summary>Mean 0, standard deviation 1.</summary>
    Standardised,
}
