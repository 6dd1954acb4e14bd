namespace LoopRig.Core;

/// <summary>
/// One named stream of random numbers. Streams of the same seed but different names are independent, so a change in one part of the
/// simulation (another camera noise, one more neuron) leaves the draws of every other part as they were.
/// Generator: xoshiro256** (Blackman and Vigna 2021, doi 10.1145/3460772), filled by splitmix64; its output is fixed by the algorithm,
/// unlike that of System.Random, whose sequence is an implementation detail of the framework.
/// </summary>
public sealed class SeededRandom
{
    private ulong _a, _b, _c, _d;
    private double _spareNormal = double.NaN;

    /// <summary>Opens the stream <paramref name="name"/> of <paramref name="seed"/>.</summary>
    public SeededRandom(ulong seed, string name)
    {
        ulong state = seed;
        foreach (char letter in name)
            state = (state ^ letter) * 1099511628211UL;     // FNV-1a step: the name selects the stream
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>A whole number in [0, <paramref name="count"/>).</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>Exponential with the given mean: waiting times between independent events.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());

    /// <summary>Standard normal (polar method of Marsaglia).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }
        double u, v, s;
        do
        {
            u = Uniform(-1, 1);
            v = Uniform(-1, 1);
            s = u * u + v * v;
        }
        while (s >= 1 || s == 0);
        double scale = Math.Sqrt(-2 * Math.Log(s) / s);
        _spareNormal = v * scale;
        return u * scale;
    }

    /// <summary>Normal with the given mean and standard deviation.</summary>
    public double Normal(double mean, double deviation) => mean + deviation * Normal();

    /// <summary>Poisson count by multiplying uniforms (Knuth); the cost grows with the mean, which is below 10 for a bin of spikes.</summary>
    public int Poisson(double mean)
    {
        double limit = Math.Exp(-mean);
        int count = 0;
        for (double product = Uniform(); product > limit; product *= Uniform())
            count++;
        return count;
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
