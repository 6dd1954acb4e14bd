using System.Numerics;

namespace LoopRig.Core;

/// <summary>
/// A histogram of durations with a relative error below 1.6 % (64 steps an octave) from 1 ns to 292 years. One thread records, any thread reads:
/// recording is one increment, allocates nothing and takes no lock.
/// </summary>
public sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[(64 - StepBits) * Steps + Steps];
    private long _count;
    private long _max;

    /// <summary>How many durations were recorded.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The longest duration, exact, ns.</summary>
    public long MaxNs => Volatile.Read(ref _max);

    /// <summary>Records one duration; a negative one counts as 0.</summary>
    public void Record(long ns)
    {
        ns = Math.Max(0, ns);
        _counts[Index(ns)]++;
        if (ns > _max)
        {
            Volatile.Write(ref _max, ns);
        }
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The smallest duration (upper edge of its step, ns) that at least the fraction <paramref name="quantile"/> does not exceed; 0 when empty.</summary>
    public long PercentileNs(double quantile)
    {
        var rank = (long)Math.Ceiling(quantile * Count);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank && seen > 0)
            {
                return Math.Min(UpperEdge(i), MaxNs);
            }
        }
        return MaxNs;
    }

    /// <summary>Forgets everything. Only the recording thread may call it.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Volatile.Write(ref _max, 0);
        Volatile.Write(ref _count, 0);
    }

    /// <summary>The percentiles that every summary reports.</summary>
    public LatencySummary Summarise() =>
        new(PercentileNs(0.50) / 1e3, PercentileNs(0.99) / 1e3, PercentileNs(0.999) / 1e3, MaxNs / 1e3);

    // Values below 64 have a step each; above, the octave is the top bit and the step the six bits below it.
    private static int Index(long ns)
    {
        if (ns < Steps)
        {
            return (int)ns;
        }
        var shift = BitOperations.Log2((ulong)ns) - StepBits;
        return (shift << StepBits) + (int)(ns >> shift);
    }

    private static long UpperEdge(int index)
    {
        if (index < Steps)
        {
            return index;
        }
        var shift = (index >> StepBits) - 1;
        long mantissa = (index & (Steps - 1)) + Steps;
        return ((mantissa + 1) << shift) - 1;
    }
}

/// <summary>The percentiles of a latency, microseconds.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="P999">The 99.9th percentile.</param>
/// <param name="Max">The longest.</param>
public readonly record struct LatencySummary(double P50, double P99, double P999, double Max);
