using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Something rare that happened: a swap, a silent stream, drops, a fault.</summary>
/// <param name="TimeNs">When, ns on the rig clock.</param>
/// <param name="Kind">What, one word for programs: <c>swap</c>, <c>fault_over</c> ...</param>
/// <param name="Text">What, a sentence for people.</param>
/// <param name="Json">Both and the figures, UTF-8 JSON, as the session records it.</param>
public sealed record RigEvent(long TimeNs, string Kind, string Text, byte[] Json);

/// <summary>Collects events from any thread; the loop hands them to the recorder, a view reads the latest. Rare, so that it may allocate.</summary>
public sealed class RigEvents
{
    private const int Kept = 32;
    private const int MostUnrecorded = 1024;
    private readonly ConcurrentQueue<RigEvent> _unrecorded = new();
    private readonly ConcurrentQueue<RigEvent> _latest = new();
    private long _count;
    private long _excess;

    /// <summary>How many were posted that views show.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>What is and was wrong with the streams.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>The latest, oldest first.</summary>
    public RigEvent[] Latest => [.. _latest];

    /// <summary>Takes note of an event.</summary>
    /// <param name="kind">What, one word.</param>
    /// <param name="text">What, a sentence.</param>
    /// <param name="data">Figures and names.</param>
    public void Post(string kind, string text, params ReadOnlySpan<(string Key, JsonNode? Value)> data) => Tell(true, kind, text, data);

    /// <summary>Takes note of an event that a view need not show: there were many like it.</summary>
    /// <param name="shown">Whether views show it; the session has it all the same.</param>
    /// <param name="kind">What, one word.</param>
    /// <param name="text">What, a sentence.</param>
    /// <param name="data">Figures and names.</param>
    public void Tell(bool shown, string kind, string text, params ReadOnlySpan<(string Key, JsonNode? Value)> data)
    {
        var happened = Describe(kind, text, data);
        if (_unrecorded.Count < MostUnrecorded)
        {
            _unrecorded.Enqueue(happened);
        }
        else
        {
            Interlocked.Increment(ref _excess);
        }
        if (!shown)
        {
            return;
        }
        _latest.Enqueue(happened);
        if (_latest.Count > Kept)
        {
            _latest.TryDequeue(out _);
        }
        Interlocked.Increment(ref _count);
    }

    /// <summary>
    /// The oldest event that was not recorded yet; allocates nothing when there is none. Behind a queue that had overflowed comes an event that says how
    /// many are missing.
    /// </summary>
    public bool TryTake(out RigEvent happened)
    {
        if (!_unrecorded.IsEmpty && _unrecorded.TryDequeue(out happened!))
        {
            return true;
        }
        happened = null!;
        if (Volatile.Read(ref _excess) == 0)
        {
            return false;
        }
        var excess = Interlocked.Exchange(ref _excess, 0);
        happened = Describe("events_lost", $"{excess} events came faster than they could be recorded", [("count", excess)]);
        return true;
    }

    private static RigEvent Describe(string kind, string text, ReadOnlySpan<(string Key, JsonNode? Value)> data)
    {
        var now = RigClock.Now;
        var json = new JsonObject { ["kind"] = kind, ["time_ns"] = now, ["text"] = text };
        foreach (var (key, value) in data)
        {
            json[key] = value;
        }
        return new RigEvent(now, kind, text, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
