namespace LoopRig.Training;

/// <summary>The same rate always.</summary>
public sealed record ConstantSchedule : ScheduleConfig
{
    /// <inheritdoc/>
    public override ScheduleState Next(ScheduleState state, int epoch, int epochs, double score, double learningRate) => state;
}
