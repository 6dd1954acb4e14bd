using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Makes faults of what a monitor noted and of streams that fall silent, and tells of them. One thread looks, some ten times a second.</summary>
/// <param name="streams">The session's stream table.</param>
/// <param name="monitor">What the receiving thread saw.</param>
/// <param name="events">Where faults are told.</param>
public sealed class FaultWatch(IReadOnlyList<StreamDescriptor> streams, StreamMonitor monitor, RigEvents events)
{
    private readonly FaultEpisodes _episodes = new(streams, events);
    private long _sinceNs = long.MaxValue;
    private long _endedNs = long.MaxValue;

    /// <summary>From now on the streams should come. Any thread.</summary>
    public void Begin(long nowNs) => Volatile.Write(ref _sinceNs, nowNs);

    /// <summary>Nothing need come any more: the sources are told to stop. Any thread.</summary>
    public void End(long nowNs) => Interlocked.CompareExchange(ref _endedNs, nowNs, long.MaxValue);

    /// <summary>Takes note of what the monitor cannot see: garbage, what a full ring had no room for.</summary>
    public void Note(in FaultNote note, long nowNs) => _episodes.Note(note, nowNs);

    /// <summary>Looks whether a stream is silent.</summary>
    /// <param name="stream">The stream's place in the table.</param>
    /// <param name="lastNs">When its last message came, ns on the rig clock; 0 before the first.</param>
    /// <param name="nowNs">Now, ns on the rig clock.</param>
    public void CheckSilence(int stream, long lastNs, long nowNs)
    {
        var limit = monitor.SilenceNs(stream);
        var since = Volatile.Read(ref _sinceNs);
        if (limit == long.MaxValue || since == long.MaxValue || nowNs >= Volatile.Read(ref _endedNs))
        {
            return; // nobody promised that something comes
        }
        var last = Math.Max(lastNs, since);
        if (nowNs - last > limit)
        {
            _episodes.Silent(stream, last, nowNs);
        }
        else
        {
            _episodes.Heard(stream, last);
        }
    }

    /// <summary>Takes the monitor's notes and ends what is over.</summary>
    public void Look(long nowNs)
    {
        while (monitor.TryTake(out var note))
        {
            _episodes.Note(note, nowNs);
        }
        if (nowNs >= Volatile.Read(ref _endedNs))
        {
            _episodes.EndAll(nowNs);
        }
        else
        {
            _episodes.Look(nowNs);
        }
    }
}
