namespace LoopRig.Training;

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

    /// <summary>Times the root of the parameter's number of elements: no unit's gradient below it is clipped.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <inheritdoc/>
    public override Optimiser Create(IReadOnlyList<TrainedParameter> parameters) => new SgdClip(parameters, LearningRate, Decay, Momentum, Nesterov, Clip, Epsilon);

    internal override (string Key, string Fault)? Fault()
        => !(Decay >= 0) ? ("decay", $"{Decay} is negative")
            : !(Epsilon > 0) ? ("epsilon", $"{Epsilon} is not positive")
            : !(Clip > 0) ? ("clip", $"{Clip} lets nothing through") : Momentum is not (>= 0 and < 1) ? ("momentum", $"{Momentum} is not in 0..1") : base.Fault();
}
