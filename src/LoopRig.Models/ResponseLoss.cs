namespace LoopRig.Models;

/// <summary>What training minimises, averaged over windows and units.</summary>
public enum ResponseLoss
{
    /// <summary>rate - response log(rate + 1e-8): the negative log likelihood of counts but for a constant.</summary>
    Poisson,

    /// <summary>(rate - response)^2.</summary>
    SquaredError,
}
