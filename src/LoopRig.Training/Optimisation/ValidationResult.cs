namespace LoopRig.Training;

/// <summary>How well held-out validation data are predicted.</summary>
/// <param name="Loss">Mean loss of the responses, sessions weighed by what was recorded.</param>
/// <param name="Correlation">Single-trial correlation: mean over units, then over sessions; NaN where nothing varies.</param>
/// <param name="Sessions">Mean correlation of each session's units.</param>
public sealed record ValidationResult(double Loss, double Correlation, IReadOnlyList<double> Sessions);
