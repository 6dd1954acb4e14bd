namespace LoopRig.Training;

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
        // A score that is no number is no progress, and nothing to measure progress by.
        if (!double.IsNaN(score) && (state.Best is null || score < state.Best))
            return state with { Best = score, Waited = 0 };
        if (state.Waited < Patience || !CanLower(state, learningRate))
            return state with { Waited = state.Waited + 1 };
        // A rate that begins below the minimum is not raised to it.
        double factor = Math.Min(state.Factor, Math.Max(state.Factor * Factor, Minimum / learningRate));
        return state with { Factor = factor, Waited = 0, Times = state.Times + 1 };
    }

    /// <inheritdoc/>
    public override bool HoldsOn(ScheduleState state, double learningRate, int patience) => CanLower(state, learningRate) || state.Waited < patience;

    internal override (string Key, string Fault)? Fault()
        => Factor is not (> 0 and < 1) ? ("factor", $"{Factor} is not in 0..1") : Patience < 0 ? ("patience", $"{Patience} is negative") : Times < 1 ? ("times", $"{Times} is less than 1") : null;

    private bool CanLower(ScheduleState state, double learningRate) => state.Times < Times && state.Factor * learningRate > Minimum;
}
