namespace LoopRig.Core.Stimuli;

/// <summary>The range of a number in a stimulus file, both ends included; of a list, that of each element.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithinAttribute(double minimum, double maximum) : Attribute
{
    /// <summary>The smallest value allowed.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>The largest value allowed.</summary>
    public double Maximum { get; } = maximum;
}
