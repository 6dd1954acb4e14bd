namespace LoopRig.Models.Layers;

/// <summary>Distributions that new parameters are drawn from.</summary>
internal static class Draw
{
    /// <summary>Uniform in -1/sqrt(fanIn) .. 1/sqrt(fanIn): PyTorch's default for linear, convolutional (weight and bias) and recurrent layers.</summary>
    internal static Func<Random, float> FanIn(long fanIn)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return Uniform(bound);
    }

    /// <summary>Uniform in -bound .. bound.</summary>
    internal static Func<Random, float> Uniform(double bound) => random => (float)((2 * random.NextDouble() - 1) * bound);

    /// <summary>Always one value.</summary>
    internal static Func<Random, float> Constant(float value) => _ => value;
}
