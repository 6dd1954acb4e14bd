namespace LoopRig.Synthesis;

/// <summary>How a gradient becomes a step.</summary>
public enum OptimiserKind
{
    /// <summary>Along the gradient, with momentum where it is asked for.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba 2015), as PyTorch computes it; decay is added to the gradient.</summary>
    Adam,
}
