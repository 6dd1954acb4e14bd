using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>Descriptors arrive every second and hardly ever change: one of each content is enough for a segment.</summary>
internal sealed class DescriptorFilter
{
    private readonly List<Entry> _entries = [];

    /// <summary>True when this descriptor is not in the segment yet.</summary>
    public bool IsNew(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> json, int segment)
    {
        var content = ((ulong)json.Length << 32) | Crc32.Compute(json);
        foreach (var entry in _entries)
        {
            if (!topic.SequenceEqual(entry.Topic)) continue;
            var known = entry.Segment == segment && entry.Content == content;
            (entry.Segment, entry.Content) = (segment, content);
            return !known;
        }
        _entries.Add(new Entry { Topic = topic.ToArray(), Segment = segment, Content = content });
        return true;
    }

    private sealed class Entry
    {
        public required byte[] Topic { get; init; }
        public int Segment { get; set; }
        public ulong Content { get; set; }
    }
}
