using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>The memory that a recorded message is read into: the three parts as they were on the wire. Reused from message to message.</summary>
public sealed class RecordedMessage
{
    private byte[] _bytes = [];
    private int _topicLength;
    private int _length;

    /// <summary>The header, read.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>The first part, terminator included.</summary>
    public ReadOnlySpan<byte> Topic => _bytes.AsSpan(0, _topicLength);

    /// <summary>The second part.</summary>
    public ReadOnlySpan<byte> HeaderPart => _bytes.AsSpan(_topicLength, WireFormat.HeaderLength);

    /// <summary>The third part.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(_topicLength + WireFormat.HeaderLength, _length - _topicLength - WireFormat.HeaderLength);

    internal Span<byte> Prepare(in MessageEntry entry)
    {
        if (_bytes.Length < entry.BodyLength) _bytes = new byte[entry.BodyLength];
        (_topicLength, _length) = (entry.TopicLength, entry.BodyLength);
        return _bytes.AsSpan(0, _length);
    }

    internal WireError Check()
    {
        var error = WireFormat.TryRead(Topic, HeaderPart, Payload, out var header);
        Header = header;
        return error;
    }
}
