namespace LoopRig.Training;

/// <summary>Adam with decoupled decay of the weights.</summary>
public sealed record AdamWConfig : OptimiserConfig
{
    /// <summary>Share of a weight that a step of size 1 takes off; networks exempt biases and the like.</summary>
    public double Decay { get; init; } = 0.01;

    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of their squares.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimiser Create(IReadOnlyList<TrainedParameter> parameters) => new Adam(parameters, LearningRate, Decay, Beta1, Beta2, Epsilon);

    internal override (string Key, string Fault)? Fault() => Decay >= 0 ? MomentFault(Beta1, Beta2, Epsilon) ?? base.Fault() : ("decay", $"{Decay} is negative");
}
