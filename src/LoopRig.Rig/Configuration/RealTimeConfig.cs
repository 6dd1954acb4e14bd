namespace LoopRig.Rig.Configuration;

/// <summary>What the operating system is asked for. What it refuses is said once at start, and the run goes on without it.</summary>
public sealed class RealTimeConfig
{
    /// <summary>The cores of the rig's process; empty leaves them to the scheduler.</summary>
    [Items(0, 256)]
    [Range(0, 1023)]
    public int[] Cores { get; init; } = [];

    /// <summary>
    /// The real-time priority (SCHED_FIFO) of the loop's and ZeroMQ's threads, 1 to 99, where the system permits it: other programs then cannot make a prediction
    /// late. 0 keeps the ordinary scheduler.
    /// </summary>
    [Range(0, 99)]
    public int Priority { get; init; } = 20;

    /// <summary>
    /// Whether idle cores are kept from sleeping while the rig runs, where the system permits it: a sleeping core takes tens of microseconds to wake at each of the
    /// loop's hand-overs. Costs power, no thread's time.
    /// </summary>
    public bool KeepCoresAwake { get; init; } = true;

    /// <summary>Whether the process's memory is locked, so that no page fault reaches the disk.</summary>
    public bool LockMemory { get; init; }

    /// <summary>For how long a thread of the loop looks for its next sample before it sleeps in the kernel, microseconds; 0 spins no core.</summary>
    [Range(0, 10_000)]
    public double SpinUs { get; init; } = 20;
}
