using System.Text.Json.Serialization;

namespace LoopRig.Training;

/// <summary>Which optimiser, and its numbers; in a file an object with a "kind".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(AdamConfig), "adam")]
[JsonDerivedType(typeof(AdamWConfig), "adamw")]
[JsonDerivedType(typeof(SgdClipConfig), "sgd-clip")]
public abstract record OptimiserConfig
{
    /// <summary>Size of a step, before the schedule.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Makes the optimiser. The caller disposes it.</summary>
    public abstract Optimiser Create(IReadOnlyList<TrainedParameter> parameters);

    /// <summary>Checks the numbers; the key of the first wrong one and what is wrong, or null.</summary>
    internal virtual (string Key, string Fault)? Fault() => LearningRate > 0 ? null : ("learningRate", $"{LearningRate} is no step");
}

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
}

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

    internal override (string Key, string Fault)? Fault() => Decay >= 0 ? base.Fault() : ("decay", $"{Decay} is negative");
}

/// <summary>The foundation model's clipped gradient descent with momentum; defaults are those of its release.</summary>
public sealed record SgdClipConfig : OptimiserConfig
{
    /// <summary>Begins with the released step of 0.1.</summary>
    public SgdClipConfig() => LearningRate = 0.1;

    /// <summary>Share of a parameter that is added to its gradient.</summary>
    public double Decay { get; init; } = 1e-4;

    /// <summary>Share of the momentum that is kept.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the gradient is looked up ahead.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>Largest norm of a unit's gradient over the unit's own norm.</summary>
    public double Clip { get; init; } = 0.01;

    /// <summary>Least root mean square of a unit's gradient that is clipped.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <inheritdoc/>
    public override Optimiser Create(IReadOnlyList<TrainedParameter> parameters) => new SgdClip(parameters, LearningRate, Decay, Momentum, Nesterov, Clip, Epsilon);

    internal override (string Key, string Fault)? Fault()
        => !(Clip > 0) ? ("clip", $"{Clip} lets nothing through") : Momentum is not (>= 0 and < 1) ? ("momentum", $"{Momentum} is not in 0..1") : base.Fault();
}
