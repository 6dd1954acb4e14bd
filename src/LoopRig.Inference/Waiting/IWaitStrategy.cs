namespace LoopRig.Inference;

/// <summary>How one loop's thread waits for others: chosen at set-up, latency against processor time.</summary>
public interface IWaitStrategy : IDisposable
{
    /// <summary>Wakes the waiting thread, or lets its next wait return at once. Any thread may call it.</summary>
    void Signal();

    /// <summary>Returns after a signal since the last wait, or at <paramref name="untilNs"/> (ns on the rig clock, <see cref="long.MaxValue"/> for never).</summary>
    void Wait(long untilNs);
}
