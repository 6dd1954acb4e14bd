namespace LoopRig.Training;

/// <summary>Adam.</summary>
public sealed record AdamConfig : OptimiserConfig
{
    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of their squares.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimiser Create(IReadOnlyList<TrainedParameter> parameters) => new Adam(parameters, LearningRate, 0, Beta1, Beta2, Epsilon);

    internal override (string Key, string Fault)? Fault() => MomentFault(Beta1, Beta2, Epsilon) ?? base.Fault();
}
