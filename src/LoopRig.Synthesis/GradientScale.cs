namespace LoopRig.Synthesis;

/// <summary>What a gradient is divided by before the step, for each stimulus by itself.</summary>
public enum GradientScale
{
    /// <summary>By nothing.</summary>
    None,

    /// <summary>By its mean magnitude (Walker et al. 2019).</summary>
    MeanMagnitude,

    /// <summary>By its Euclidean norm.</summary>
    Norm,
}
