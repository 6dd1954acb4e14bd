namespace LoopRig.Models.Foundation;

/// <summary>How a unit's rate follows from what is read out, r.</summary>
public enum UnitKind
{
    /// <summary>exp(r), trained on the Poisson loss.</summary>
    Poisson,

    /// <summary>ELU(r) + 1, trained on the squared error.</summary>
    EluMse,
}
