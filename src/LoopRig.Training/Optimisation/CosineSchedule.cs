namespace LoopRig.Training;

/// <summary>
/// Linear warm-up, then a half cosine to nothing, begun anew each cycle without warm-up: (epoch + 0.5) / warm-up, then (cos(pi t / tmax) + 1) / 2
/// (cajal/fnn train/schedulers.py).
/// </summary>
public sealed record CosineSchedule : ScheduleConfig
{
    /// <summary>Epochs of a cycle, the warm-up of the first one included; 0: all epochs are one cycle.</summary>
    public int CycleEpochs { get; init; }

    /// <summary>Epochs of warm-up.</summary>
    public int WarmUpEpochs { get; init; }

    /// <inheritdoc/>
    public override ScheduleState Begin(int epochs) => new(Factor(0, epochs));

    /// <inheritdoc/>
    public override ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate) => state with { Factor = Factor(epoch, epochs) };

    /// <inheritdoc/>
    public override bool Restarts(int epoch) => CycleEpochs > 0 && epoch > 0 && epoch % CycleEpochs == 0;

    internal double Factor(int epoch, int epochs)
    {
        int cycle = CycleEpochs > 0 ? CycleEpochs : epochs;
        if (epoch < WarmUpEpochs)
            return (epoch + 0.5) / WarmUpEpochs;
        return epoch < cycle ? Half(epoch - WarmUpEpochs, cycle - WarmUpEpochs) : Half(epoch % cycle, cycle);
    }

    internal override (string Key, string Fault)? Fault()
        => WarmUpEpochs < 0 ? ("warmUpEpochs", $"{WarmUpEpochs} is negative")
            : CycleEpochs < 0 || (CycleEpochs > 0 && CycleEpochs <= WarmUpEpochs) ? ("cycleEpochs", $"{CycleEpochs} epochs do not hold a warm-up of {WarmUpEpochs}") : null;

    private static double Half(int t, int most) => (Math.Cos(Math.PI * t / most) + 1) / 2;
}
