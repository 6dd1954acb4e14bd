using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>What the loop did with the bins. The loop's thread writes, any thread reads.</summary>
public sealed class LoopCounters
{
    private long _bins;
    private long _predictions;
    private long _fallbacks;
    private long _misses;
    private long _lateResults;
    private long _degraded;
    private long _closedByTime;

    /// <summary>Bins that were closed and dealt with.</summary>
    public long Bins => Volatile.Read(ref _bins);
    /// <summary>Predictions that went out, fallbacks included.</summary>
    public long Predictions => Volatile.Read(ref _predictions);
    /// <summary>Bins that got the fallback.</summary>
    public long Fallbacks => Volatile.Read(ref _fallbacks);
    /// <summary>Bins whose network was not done at the deadline.</summary>
    public long DeadlineMisses => Volatile.Read(ref _misses);
    /// <summary>Results that came after their deadline.</summary>
    public long LateResults => Volatile.Read(ref _lateResults);
    /// <summary>Predictions with a stale input.</summary>
    public long Degraded => Volatile.Read(ref _degraded);
    /// <summary>Bins that closed because the allowed lateness was over.</summary>
    public long ClosedByTime => Volatile.Read(ref _closedByTime);

    internal void Count(BinFlags flags, bool sent, long lateResults)
    {
        Volatile.Write(ref _bins, _bins + 1);
        Volatile.Write(ref _predictions, _predictions + (sent ? 1 : 0));
        Raise(ref _fallbacks, flags, BinFlags.Fallback);
        Raise(ref _misses, flags, BinFlags.DeadlineMissed);
        Raise(ref _degraded, flags, BinFlags.Degraded);
        Raise(ref _closedByTime, flags, BinFlags.ClosedByTime);
        Volatile.Write(ref _lateResults, lateResults);
    }

    private static void Raise(ref long counter, BinFlags flags, BinFlags flag) => Volatile.Write(ref counter, counter + ((flags & flag) != 0 ? 1 : 0));
}
