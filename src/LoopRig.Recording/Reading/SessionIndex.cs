using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// Where everything lies in a session's log: made by reading it once from end to end, every checksum included (1 to 2 GB/s from memory, else the disk's
/// speed). It takes about 64 bytes a message, so that a session larger than memory can be indexed.
/// </summary>
public sealed class SessionIndex
{
    private readonly List<StreamIndex> _streams = [];
    private readonly List<RecordedBin> _bins = [];
    private readonly List<SessionEventEntry> _events = [];

    private SessionIndex()
    {
    }

    /// <summary>The streams, in the order of appearance.</summary>
    public IReadOnlyList<StreamIndex> Streams => _streams;

    /// <summary>The bins, in order.</summary>
    public IReadOnlyList<RecordedBin> Bins => _bins;

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<SessionEventEntry> Events => _events;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<LogGap> Gaps { get; private set; } = [];

    /// <summary>What the log holds.</summary>
    public SessionTotals Totals { get; private set; } = new();

    /// <summary>Which streams the bins draw from, as the log itself says.</summary>
    internal StreamsEvent? StreamTable { get; private set; }

    /// <summary>The starts of the segments that could be read.</summary>
    public IReadOnlyList<SegmentStart> Segments { get; private set; } = [];

    /// <summary>The stream of that name; null when nothing of it was recorded.</summary>
    public StreamIndex? Find(string name) => _streams.Find(s => s.Name == name);

    internal static SessionIndex Build(IReadOnlyList<string> segments, string? predictionStream, CancellationToken stop)
    {
        var index = new SessionIndex();
        var tally = new SessionTally(predictionStream);
        var starts = new List<SegmentStart>();
        using var cursor = new SessionCursor(segments);
        while (cursor.Read())
        {
            stop.ThrowIfCancellationRequested();
            tally.Add(cursor.Head, cursor.Body);
            if (cursor.Head.Kind == RecordKind.SegmentStart) starts.Add(SegmentStart.Read(cursor.Content));
            else index.Add(cursor);
        }
        index.Gaps = [.. cursor.Gaps];
        index.Totals = tally.Totals();
        index.Segments = starts;
        return index;
    }

    private void Add(SessionCursor cursor)
    {
        switch (cursor.Head.Kind)
        {
            case RecordKind.Message when cursor.TryMessage(out var header, out var payload):
                AddMessage(cursor, header, payload);
                break;
            case RecordKind.Bin:
                _bins.Add(RecordedBin.Read(cursor.Content));
                break;
            case RecordKind.Drop:
                Stream(RecordedTopic.Name(cursor.Topic)).Add(LossFormat.ReadDrop(cursor.Content));
                break;
            case RecordKind.Late:
                Stream(RecordedTopic.Name(cursor.Topic)).Add(LossFormat.ReadLate(cursor.Content));
                break;
            case RecordKind.Event:
                if (SessionEvent.StreamsOf(cursor.Content) is { } table) StreamTable ??= table;
                else _events.Add(new SessionEventEntry(cursor.Head.TimeNs, SessionEvent.KindOf(cursor.Content), System.Text.Encoding.UTF8.GetString(cursor.Content)));
                break;
        }
    }

    private void AddMessage(SessionCursor cursor, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var name = RecordedTopic.Name(cursor.Topic);
        if (header.Kind == MessageKind.Descriptor)
        {
            if (name.EndsWith(WireFormat.DescriptorSuffix, StringComparison.Ordinal)) Stream(name[..^WireFormat.DescriptorSuffix.Length]).Descriptor = ReadDescriptor(payload);
            return;
        }
        Stream(name).Add(new MessageEntry(cursor.Segment, cursor.Offset, cursor.Body.Length, cursor.Head.TopicLength, header.SampleCount, header.Epoch,
            header.Sequence, header.DeviceTimeNs, header.HostTimeNs));
    }

    private static StreamDescriptor? ReadDescriptor(ReadOnlySpan<byte> json)
    {
        try
        {
            return StreamDescriptor.FromJson(json);
        }
        catch (LoopRigException)
        {
            return null; // an outside publisher's mistake; its samples are still there
        }
    }

    private StreamIndex Stream(string name)
    {
        var stream = Find(name);
        if (stream is null) _streams.Add(stream = new StreamIndex(name));
        return stream;
    }
}

/// <summary>A recorded event.</summary>
/// <param name="TimeNs">When, ns on the rig clock.</param>
/// <param name="Kind">Its <c>kind</c>; empty when it has none.</param>
/// <param name="Json">The event as it was recorded.</param>
public sealed record SessionEventEntry(long TimeNs, string Kind, string Json);
