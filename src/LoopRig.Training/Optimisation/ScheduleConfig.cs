using System.Text.Json.Serialization;

namespace LoopRig.Training;

/// <summary>How the learning rate changes from epoch to epoch; in a file an object with a "kind".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(PlateauSchedule), "plateau")]
public abstract record ScheduleConfig
{
    /// <summary>The state in which the first epoch is trained.</summary>
    /// <param name="epochs">Epochs at most.</param>
    public virtual ScheduleState Begin(int epochs) => new();

    /// <summary>The state in which the next epoch is trained.</summary>
    /// <param name="state">That of the epoch that ended.</param>
    /// <param name="epoch">The next epoch, from 0.</param>
    /// <param name="epochs">Epochs at most.</param>
    /// <param name="score">What validation gave; the lower the better.</param>
    /// <param name="learningRate">The optimiser's rate, which the factor scales.</param>
    public abstract ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate);

    /// <summary>Checks the numbers; the key of the first wrong one and what is wrong, or null.</summary>
    internal virtual (string Key, string Fault)? Fault() => null;
}

/// <summary>Where a schedule is.</summary>
/// <param name="Factor">On the optimiser's learning rate.</param>
/// <param name="Best">The lowest score so far; null before the first.</param>
/// <param name="Waited">Epochs since then.</param>
/// <param name="Times">How often the rate was lowered.</param>
public sealed record ScheduleState(double Factor = 1, double? Best = null, int Waited = 0, int Times = 0);

/// <summary>The same rate always.</summary>
public sealed record ConstantSchedule : ScheduleConfig
{
    /// <inheritdoc/>
    public override ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate) => state;
}

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

/// <summary>Lowers the rate whenever validation has not become better for some epochs (as the Sensorium baselines are trained).</summary>
public sealed record PlateauSchedule : ScheduleConfig
{
    /// <summary>The rate is multiplied by this.</summary>
    public double Factor { get; init; } = 0.3;

    /// <summary>Epochs without a better validation that are waited.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>How often at most.</summary>
    public int Times { get; init; } = 4;

    /// <summary>The rate does not go below this.</summary>
    public double Minimum { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate)
    {
        if (state.Best is null || score < state.Best)
            return state with { Best = score, Waited = 0 };
        if (state.Waited < Patience)
            return state with { Waited = state.Waited + 1 };
        if (state.Times >= Times)
            return state with { Waited = state.Waited + 1 };
        // A rate that begins below the minimum is not raised to it.
        double factor = Math.Min(state.Factor, Math.Max(state.Factor * Factor, Minimum / learningRate));
        return state with { Factor = factor, Waited = 0, Times = state.Times + 1 };
    }

    internal override (string Key, string Fault)? Fault()
        => Factor is not (> 0 and < 1) ? ("factor", $"{Factor} is not in 0..1") : Patience < 0 ? ("patience", $"{Patience} is negative") : Times < 1 ? ("times", $"{Times} is less than 1") : null;
}
