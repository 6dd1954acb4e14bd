using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>All messages of one stream in a session, in the order of recording.</summary>
public sealed class StreamIndex
{
    private readonly List<MessageEntry> _messages = [];
    private readonly List<DropRecord> _drops = [];
    private readonly List<LateRecord> _lates = [];
    private bool _ascending = true;

    internal StreamIndex(string name) => Name = name;

    /// <summary>The stream's name.</summary>
    public string Name { get; }

    /// <summary>The last descriptor that was recorded; null when none was.</summary>
    public StreamDescriptor? Descriptor { get; internal set; }

    /// <summary>The messages.</summary>
    public IReadOnlyList<MessageEntry> Messages => _messages;

    /// <summary>What was lost of the stream on its way to the loop, or before.</summary>
    public IReadOnlyList<DropRecord> Drops => _drops;

    /// <summary>What came too late for its bin.</summary>
    public IReadOnlyList<LateRecord> Lates => _lates;

    /// <summary>
    /// The place of a message in <see cref="Messages"/>; -1 when it was not recorded. A publisher that was started again counts from 0 again, in another epoch.
    /// </summary>
    /// <param name="sequence">The message's sequence number.</param>
    /// <param name="epoch">The message's epoch; null for the first message of that number.</param>
    /// <param name="from">Where to begin.</param>
    public int Find(ulong sequence, uint? epoch = null, int from = 0)
    {
        if (!_ascending)
        {
            return _messages.FindIndex(from, m => m.Sequence == sequence && (epoch is null || m.Epoch == epoch));
        }
        var (low, high) = (from, _messages.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (_messages[middle].Sequence == sequence) return epoch is null || _messages[middle].Epoch == epoch ? middle : -1;
            if (_messages[middle].Sequence < sequence) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    internal void Add(in MessageEntry message)
    {
        _ascending &= _messages.Count == 0 || message.Sequence > _messages[^1].Sequence;
        _messages.Add(message);
    }

    internal void Add(in DropRecord drop) => _drops.Add(drop);

    internal void Add(in LateRecord late) => _lates.Add(late);
}
