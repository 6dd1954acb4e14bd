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

    /// <summary>Normal.</summary>
    internal static Func<Random, float> Normal(double deviation, double mean = 0)
        // 1 - NextDouble is never 0, whose logarithm there is not.
        => random => (float)(mean + deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>Normal, so that the variance is kept backwards through a ReLU (He et al. 2015): sqrt(2 / fanOut).</summary>
    internal static Func<Random, float> KaimingFanOut(long fanOut) => Normal(Math.Sqrt(2.0 / fanOut));

    /// <summary>Normal, so that the variance is kept both ways (Glorot and Bengio 2010): sqrt(2 / (fanIn + fanOut)).</summary>
    internal static Func<Random, float> Xavier(long fanIn, long fanOut) => Normal(Math.Sqrt(2.0 / (fanIn + fanOut)));

    /// <summary>Always one value.</summary>
    internal static Func<Random, float> Constant(float value) => _ => value;
}
