namespace LoopRig.Synthesis;

/// <summary>
/// Smaller steps when the loss has not fallen: as PyTorch's ReduceLROnPlateau in its relative form, which calls a loss better that lies below best (1 - 1e-4); of
/// negative losses that is a little worse than the best, and kept so, because the published recipe ran with it.
/// </summary>
/// <param name="Patience">Steps without a better loss that are borne.</param>
/// <param name="Factor">By which the step size is multiplied then.</param>
/// <param name="Least">Below which it does not fall.</param>
public sealed record PlateauRule(int Patience, double Factor, double Least);
