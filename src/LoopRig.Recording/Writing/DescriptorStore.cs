using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// The streams' descriptors as they were recorded last. They arrive every second and hardly ever change: only a change is recorded, and each new segment begins
/// with all of them, so that it can be read alone. Whoever may push to the recorder may name any topic: what goes beyond a bound is recorded each time it comes,
/// and not remembered.
/// </summary>
internal sealed class DescriptorStore
{
    private const int KindAt = 5; // in a message's header: docs/wire-format.md
    private const int MostTopics = 1024;
    private const long MostBytes = 64L << 20;
    private long _bytes;
    private readonly List<(RecordHead Head, byte[] Body)> _descriptors = [];

    /// <summary>The records, to be written anew into the next segment.</summary>
    public IReadOnlyList<(RecordHead Head, byte[] Body)> Records => _descriptors;

    /// <summary>True when the record is a descriptor that the log has already; keeps one that is new.</summary>
    public bool Knows(in RecordHead head, ReadOnlySpan<byte> body)
    {
        var payloadAt = head.TopicLength + WireFormat.HeaderLength;
        if (head.Kind != RecordKind.Message || body.Length < payloadAt || body[head.TopicLength + KindAt] != (byte)MessageKind.Descriptor) return false;
        for (var i = 0; i < _descriptors.Count; i++)
        {
            var (knownHead, known) = _descriptors[i];
            if (knownHead.TopicLength != head.TopicLength || !body[..head.TopicLength].SequenceEqual(known.AsSpan(0, head.TopicLength))) continue;
            if (body[payloadAt..].SequenceEqual(known.AsSpan(payloadAt))) return true;
            _bytes -= known.Length;
            _descriptors.RemoveAt(i);
            break;
        }
        if (_descriptors.Count < MostTopics && _bytes + body.Length <= MostBytes)
        {
            _bytes += body.Length;
            _descriptors.Add((head, body.ToArray()));
        }
        return false;
    }
}
