namespace LoopRig.Training;

/// <summary>What one step saw.</summary>
/// <param name="Response">Loss of the responses before the step.</param>
/// <param name="Total">The same with the network's penalty.</param>
/// <param name="GradientNorm">Norm of the whole gradient before any clipping; not a number or infinite: nothing moved.</param>
internal readonly record struct StepResult(double Response, double Total, double GradientNorm)
{
    /// <summary>Whether the parameters moved.</summary>
    internal bool IsFinite => double.IsFinite(Total) && double.IsFinite(GradientNorm);
}
