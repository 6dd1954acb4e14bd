namespace LoopRig.Rig.Configuration;

/// <summary>How a loop waits for its next sample.</summary>
public enum WaitKind
{
    /// <summary>Sleeps in the kernel: no core is spun dry.</summary>
    Block,
    /// <summary>Spins for a moment, then sleeps.</summary>
    SpinThenBlock,
}

/// <summary>What the operating system is asked for. What it refuses is said once at start, and the run goes on without it.</summary>
public sealed class RealTimeConfig
{
    /// <summary>The cores of the loop's threads; empty leaves them to the scheduler.</summary>
    [Items(0, 256)]
    [Range(0, 1023)]
    public int[] Cores { get; init; } = [];

    /// <summary>The real-time priority (SCHED_FIFO) of the loop's threads, 1 to 99; 0 keeps the ordinary scheduler.</summary>
    [Range(0, 99)]
    public int Priority { get; init; }

    /// <summary>Whether the process's memory is locked, so that no page fault reaches the disk.</summary>
    public bool LockMemory { get; init; }

    /// <summary>How the loop waits for its next sample.</summary>
    public WaitKind Wait { get; init; } = WaitKind.Block;
}
