using System.Diagnostics;
using System.Runtime;
using LoopRig.Inference;
using LoopRig.Native.LibC;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>What the operating system and the runtime are asked for while a rig runs.</summary>
internal sealed class ProcessTuning : IDisposable
{
    private readonly GCLatencyMode _before = GCSettings.LatencyMode;
    private readonly IdleLatency? _awake;

    /// <summary>Asks; what is refused becomes an event and the run goes on.</summary>
    public ProcessTuning(RealTimeConfig config, RigEvents events)
    {
        // No blocking collection of the old generation while a session runs; the young one stays small because the loop allocates nothing.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        _awake = config.KeepCoresAwake ? IdleLatency.TryHold() : null;
        if (config.KeepCoresAwake && _awake is null)
        {
            events.Post("refused_keep_awake", "the system does not let the rig keep idle cores awake (/dev/cpu_dma_latency); it goes on without");
        }
        if (config.LockMemory && !MemoryLock.TryLockAll(alsoFuture: false))
        {
            events.Post("refused_lock_memory", "the system does not let the rig lock its memory (ulimit -l); it goes on without");
        }
        if (config.Cores.Length > 0 && !TryPin(config.Cores))
        {
            events.Post("refused_cores", $"the system does not let the rig run on cores {string.Join(", ", config.Cores)}; it goes on without");
        }
        IsRealTime = config.Priority > 0 && CanBeRealTime(config.Priority);
        if (config.Priority > 0 && !IsRealTime)
        {
            events.Post("refused_priority", $"the system does not give real-time priority {config.Priority} (ulimit -r); the rig goes on without");
        }
    }

    /// <summary>Whether the loop's threads get the priority that was asked for.</summary>
    public bool IsRealTime { get; }

    /// <summary>Whether a thread of this process may have this SCHED_FIFO priority.</summary>
    public static bool CanBeRealTime(int priority)
    {
        var granted = false;
        var probe = new Thread(() => granted = ThreadTuning.TrySetRealTime(priority));
        probe.Start();
        probe.Join();
        return granted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _awake?.Dispose();
        GCSettings.LatencyMode = _before;
    }

    private static bool TryPin(int[] cores)
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = (nint)cores.Where(c => c < 64).Aggregate(0L, (mask, core) => mask | (1L << core));
            return true;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
