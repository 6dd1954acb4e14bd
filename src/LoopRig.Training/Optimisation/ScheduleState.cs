namespace LoopRig.Training;

/// <summary>Where a schedule is.</summary>
/// <param name="Factor">On the optimiser's learning rate.</param>
/// <param name="Best">The lowest score so far; null before the first.</param>
/// <param name="Waited">Epochs since then.</param>
/// <param name="Times">How often the rate was lowered.</param>
public sealed record ScheduleState(double Factor = 1, double? Best = null, int Waited = 0, int Times = 0);
