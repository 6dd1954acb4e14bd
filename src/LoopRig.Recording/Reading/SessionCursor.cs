using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// Reads the records of a session in order, segment after segment, holding one record at a time. Damage is passed over and listed in <see cref="Gaps"/>.
/// </summary>
public sealed class SessionCursor : IDisposable
{
    private readonly IReadOnlyList<string> _segments;
    private readonly List<LogGap> _gaps = [];
    private SegmentReader? _reader;
    private ulong _next;
    private long _lastNs;
    // Damage at the end of a segment: how much it cost shows at the next segment's first record.
    private (string Segment, long Offset, long Bytes)? _open;

    /// <summary>Starts in front of the first record.</summary>
    /// <param name="segments">The segments' paths, in order.</param>
    public SessionCursor(IReadOnlyList<string> segments) => _segments = segments;

    /// <summary>The index of the current segment; -1 before the first.</summary>
    public int Segment { get; private set; } = -1;

    /// <summary>Where the current record begins in its segment, bytes.</summary>
    public long Offset => _reader!.Offset;

    /// <summary>The current record's header.</summary>
    public RecordHead Head => _reader!.Head;

    /// <summary>The current record's body, topic included; until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Body => _reader!.Body;

    /// <summary>The topic that the body begins with, terminator included; empty without one.</summary>
    public ReadOnlySpan<byte> Topic => Body[..Head.TopicLength];

    /// <summary>The body behind its topic.</summary>
    public ReadOnlySpan<byte> Content => Body[Head.TopicLength..];

    /// <summary>What could not be read so far.</summary>
    public IReadOnlyList<LogGap> Gaps => _gaps;

    /// <summary>Bytes of the log up to the current record.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Goes to the next record; false at the end of the log.</summary>
    /// <exception cref="RecordingException">A segment cannot be read, or is of another version.</exception>
    public bool Read()
    {
        while (true)
        {
            if (_reader is not null)
            {
                if (_reader.Read(_next))
                {
                    NoteRecord();
                    return true;
                }
                NoteEnd();
                BytesRead += _reader.Length;
                _reader.Dispose();
                _reader = null;
            }
            if (Segment + 1 >= _segments.Count)
            {
                CloseGap(null, null);
                return false;
            }
            _reader = new SegmentReader(_segments[++Segment]);
        }
    }

    /// <summary>The current record as a message; false when it is another record.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="payload">The message's payload, until the next <see cref="Read"/>.</param>
    public bool TryMessage(out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (Head.Kind != RecordKind.Message || Content.Length < WireFormat.HeaderLength) return false;
        payload = Content[WireFormat.HeaderLength..];
        return WireFormat.TryReadHeader(Content[..WireFormat.HeaderLength], out header) == WireError.None && header.PayloadLength == payload.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private void NoteRecord()
    {
        var head = Head;
        if (_reader!.DamageOffset >= 0)
        {
            CloseGap(null, null);
            _open = (Path.GetFileName(_segments[Segment]), _reader.DamageOffset, Offset - _reader.DamageOffset);
        }
        var lost = head.Number > _next ? (long)(head.Number - _next) : 0;
        if (lost > 0) _open ??= (Path.GetFileName(_segments[Segment]), Offset, 0);
        CloseGap(lost, head.TimeNs);
        _next = head.Number + 1;
        _lastNs = head.TimeNs;
    }

    private void NoteEnd()
    {
        if (_reader!.DamageOffset >= 0) _open = (Path.GetFileName(_segments[Segment]), _reader.DamageOffset, _reader.Length - _reader.DamageOffset);
    }

    private void CloseGap(long? lost, long? beforeNs)
    {
        if (_open is not { } gap) return;
        _gaps.Add(new LogGap(gap.Segment, gap.Offset, gap.Bytes, lost, _lastNs, beforeNs));
        _open = null;
    }
}
