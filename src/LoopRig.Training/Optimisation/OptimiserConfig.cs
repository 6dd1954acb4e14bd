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

    // What Adam and AdamW share. A beta of 1 would divide by nothing, and so would an epsilon of 0 where a gradient is 0.
    private protected static (string Key, string Fault)? MomentFault(double beta1, double beta2, double epsilon)
        => beta1 is not (>= 0 and < 1) ? ("beta1", $"{beta1} is not in 0..1")
            : beta2 is not (>= 0 and < 1) ? ("beta2", $"{beta2} is not in 0..1")
            : !(epsilon > 0) ? ("epsilon", $"{epsilon} is not positive") : null;
}
