namespace LoopRig.Synthesis;

/// <summary>A number that moves evenly from the first to the last step.</summary>
/// <param name="Start">In the first step.</param>
/// <param name="End">Behind the last step.</param>
public readonly record struct Anneal(double Start, double End)
{
    /// <summary>A number that stays.</summary>
    public static implicit operator Anneal(double value) => new(value, value);

    /// <summary>The number in a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">How many there are.</param>
    public double At(int step, int steps) => Start + (End - Start) * step / Math.Max(1, steps);
}
