namespace LoopRig.Training;

/// <summary>The scores of an evaluation.</summary>
public enum ScoreKind
{
    /// <summary>Poisson loss; lower is better.</summary>
    PoissonLoss,

    /// <summary>Correlation of single bins or trials.</summary>
    SingleBin,

    /// <summary>Correlation after the 2 s boxcar.</summary>
    Boxcar,

    /// <summary>Correlation of means over repeats.</summary>
    CcAbs,

    /// <summary>The most that it can be.</summary>
    CcMax,

    /// <summary>Their quotient.</summary>
    CcNorm,

    /// <summary>Fraction of explainable variance explained.</summary>
    ExplainableExplained,
}
