namespace LoopRig.Training;

/// <summary>What a bin is for.</summary>
public enum DataPart : byte
{
    /// <summary>Nothing: it is left out.</summary>
    None,
    /// <summary>Fitting.</summary>
    Fit,
    /// <summary>Early stopping and every choice.</summary>
    Validation,
    /// <summary>The final comparison.</summary>
    Test,
}
