using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// Goes through a session bin by bin with exactly the messages that each bin used: what the aligner's BeginReplay, AddReplay and EndReplay want. Messages that
/// were recorded but never reached the loop (dropped on the wire or in the ring), or came too late, are left out.
/// </summary>
public sealed class SessionReplay
{
    private readonly StreamIndex?[] _streams;
    private readonly StreamIndex? _predictions;
    private readonly HashSet<(uint Epoch, ulong Sequence)>[] _late;
    private readonly int[] _from;
    private int _predictionFrom;

    /// <summary>Prepares the replay of a session.</summary>
    /// <exception cref="RecordingException">The session has no bins: nothing was predicted.</exception>
    public SessionReplay(SessionReader session)
    {
        Session = session;
        var index = session.Index;
        if (index.Bins.Count == 0) throw new RecordingException($"session {session.Folder}: no bins were recorded, there is nothing to replay");
        _streams = [.. session.Info.InputStreams.Select(index.Find)];
        _predictions = session.Info.PredictionStream is { } name ? index.Find(name) : null;
        _late = [.. _streams.Select(WhollyLate)];
        _from = new int[_streams.Length];
    }

    /// <summary>The session.</summary>
    public SessionReader Session { get; }

    /// <summary>The descriptors of the input streams, in the order of the bins' streams; null where none was recorded.</summary>
    public IReadOnlyList<StreamDescriptor?> Descriptors => [.. _streams.Select(s => s?.Descriptor)];

    /// <summary>Every bin in order. To be gone through once; read the messages with <see cref="SessionReader.Read(in MessageEntry, RecordedMessage)"/>.</summary>
    public IEnumerable<ReplayBin> Bins()
    {
        Array.Clear(_from);
        _predictionFrom = 0;
        foreach (var bin in Session.Index.Bins)
        {
            yield return Resolve(bin);
        }
    }

    private ReplayBin Resolve(RecordedBin bin)
    {
        string? problem = bin.Streams.Length == _streams.Length ? null : $"bin {bin.Record.Index}: {bin.Streams.Length} streams, the session declares {_streams.Length}";
        var messages = new IReadOnlyList<MessageEntry>[bin.Streams.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = [];
            if (bin.Streams[i].Count == 0 || problem is not null) continue;
            messages[i] = Used(i, bin, out problem);
        }
        return new ReplayBin(bin, messages, FindPrediction(bin), problem);
    }

    private List<MessageEntry> Used(int stream, RecordedBin bin, out string? problem)
    {
        var name = Session.Info.InputStreams[stream];
        var range = bin.Streams[stream];
        var used = new List<MessageEntry>();
        problem = null;
        if (_streams[stream] is not { } index || index.Find(range.FirstSequence, range.Epoch, _from[stream]) is not (>= 0 and var first))
        {
            problem = $"bin {bin.Record.Index}: message {range.FirstSequence} of {name} was not recorded";
            return used;
        }
        _from[stream] = first; // a block may serve the next bin too
        var samples = 0;
        for (var i = first; i < index.Messages.Count; i++)
        {
            var message = index.Messages[i];
            if (message.Epoch == range.Epoch && !_late[stream].Contains((message.Epoch, message.Sequence)) && !IsDropped(index, message))
            {
                used.Add(message);
                samples += SamplesInRange(message, range);
            }
            if (message.Sequence == range.LastSequence && message.Epoch == range.Epoch) break;
        }
        if (used.Count == 0 || used[^1].Sequence != range.LastSequence) problem = $"bin {bin.Record.Index}: message {range.LastSequence} of {name} was not recorded";
        else if (samples != range.Count) problem = $"bin {bin.Record.Index}: {samples} samples of {name} between messages {range.FirstSequence} and {range.LastSequence}, the bin used {range.Count}";
        return used;
    }

    private static int SamplesInRange(in MessageEntry message, in SampleRange range)
    {
        var first = message.Sequence == range.FirstSequence ? range.FirstSample : 0;
        var last = message.Sequence == range.LastSequence ? range.LastSample : message.Samples - 1;
        return last - first + 1;
    }

    private static bool IsDropped(StreamIndex index, in MessageEntry message)
    {
        foreach (var drop in index.Drops)
        {
            if (drop.Edge is DropEdge.Wire or DropEdge.Ring && drop.Epoch == message.Epoch && message.Sequence >= drop.FirstSequence && message.Sequence <= drop.LastSequence) return true;
        }
        return false;
    }

    // A block that was late in part was merged in part: it stays, and the count of samples tells whether the bin can be made again.
    private static HashSet<(uint Epoch, ulong Sequence)> WhollyLate(StreamIndex? index)
    {
        var late = new HashSet<(uint, ulong)>();
        foreach (var record in index?.Lates ?? [])
        {
            if (index!.Find(record.Sequence, record.Epoch) is >= 0 and var place && record.Samples >= (ulong)index.Messages[place].Samples) late.Add((record.Epoch, record.Sequence));
        }
        return late;
    }

    private MessageEntry? FindPrediction(RecordedBin bin)
    {
        if (bin.Record.SentNs == 0 || _predictions is null) return null;
        var place = _predictions.Find(bin.Record.PredictionSequence, from: _predictionFrom);
        if (place < 0) return null;
        _predictionFrom = place;
        return _predictions.Messages[place];
    }
}
