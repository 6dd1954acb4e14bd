using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// Counts what goes into a log, record by record: the same counting whether it is being written or read. Allocates only when a stream appears.
/// </summary>
internal sealed class SessionTally
{
    private readonly List<StreamTally> _streams = [];
    private string? _predictionStream;
    private long _records, _bytes, _bins, _fallbacks, _misses, _events, _swaps, _faults, _firstNs, _lastNs;

    public SessionTally(string? predictionStream) => _predictionStream = predictionStream;

    /// <summary>Counts one record.</summary>
    public void Add(in RecordHead head, ReadOnlySpan<byte> body)
    {
        if (_records++ == 0) _firstNs = head.TimeNs;
        _lastNs = Math.Max(_lastNs, head.TimeNs);
        _bytes += RecordFormat.HeaderLength + body.Length;
        switch (head.Kind)
        {
            case RecordKind.Message:
                AddMessage(body[..head.TopicLength], body[head.TopicLength..]);
                break;
            case RecordKind.Bin:
                _bins++;
                var flags = RecordedBin.ReadRecord(body).Flags;
                if ((flags & BinFlags.Fallback) != 0) _fallbacks++;
                if ((flags & BinFlags.DeadlineMissed) != 0) _misses++;
                break;
            case RecordKind.Drop:
                Stream(body[..head.TopicLength]).Dropped += (long)LossFormat.ReadDrop(body[head.TopicLength..]).Count;
                break;
            case RecordKind.Late:
                Stream(body[..head.TopicLength]).Late++;
                break;
            case RecordKind.Event:
                AddEvent(body);
                break;
        }
    }

    public SessionTotals Totals() => new()
    {
        Records = _records,
        Bytes = _bytes,
        FirstNs = _firstNs,
        LastNs = _lastNs,
        Bins = _bins,
        Fallbacks = _fallbacks,
        DeadlineMisses = _misses,
        Events = _events,
        Swaps = _swaps,
        Faults = _faults,
        Predictions = _streams.Find(s => s.Name == _predictionStream)?.Messages ?? 0,
        Streams = [.. _streams.Select(s => s.Totals())],
    };

    private void AddMessage(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> rest)
    {
        if (WireFormat.TryReadHeader(rest[..WireFormat.HeaderLength], out var header) != WireError.None || header.Kind == MessageKind.Descriptor) return;
        var stream = Stream(topic);
        if (header.Kind == MessageKind.Prediction) _predictionStream ??= stream.Name;
        stream.Add(header);
    }

    private void AddEvent(ReadOnlySpan<byte> json)
    {
        var kind = SessionEvent.KindOf(json);
        if (kind == SessionEvent.StreamsKind) return; // the log's own
        _events++;
        switch (kind)
        {
            case SessionEvent.SwapKind:
                _swaps++;
                break;
            case SessionEvent.FaultKind or SessionEvent.FaultOverKind:
                _faults++;
                break;
        }
    }

    // A rig has tens of streams: comparing bytes down the list costs less than a hash and allocates nothing.
    private StreamTally Stream(ReadOnlySpan<byte> topic)
    {
        foreach (var stream in _streams)
        {
            if (topic.SequenceEqual(stream.Topic)) return stream;
        }
        var added = new StreamTally(topic.ToArray());
        _streams.Add(added);
        return added;
    }

    private sealed class StreamTally(byte[] topic)
    {
        // A gap is longer than so many usual intervals, in the device's time and in the host's: a stall of the host alone is none.
        private const double GapIntervals = 5;
        private const double LeastGapNs = 20e6;
        private long _missing, _firstNs, _lastNs, _largestGapNs, _bytes, _lastDeviceNs, _gaps, _gapNs, _epochs;
        private double _intervalNs;
        private ulong _next;
        private uint _epoch;

        public byte[] Topic { get; } = topic;
        public string Name { get; } = RecordedTopic.Name(topic);
        public long Messages { get; private set; }
        public long Dropped { get; set; }
        public long Late { get; set; }

        public void Add(in FrameHeader header)
        {
            if (Messages == 0)
            {
                _firstNs = header.HostTimeNs;
            }
            else
            {
                // A lower number is a publisher that was started again, not a loss.
                if (header.Sequence > _next) _missing += (long)(header.Sequence - _next);
                _largestGapNs = Math.Max(_largestGapNs, header.HostTimeNs - _lastNs);
                NoteInterval(header.HostTimeNs - _lastNs, header.DeviceTimeNs - _lastDeviceNs);
            }
            if (Messages == 0 || header.Epoch != _epoch) (_epoch, _epochs) = (header.Epoch, _epochs + 1);
            (_next, _lastNs, _lastDeviceNs) = (header.Sequence + 1, header.HostTimeNs, header.DeviceTimeNs);
            _bytes += header.PayloadLength;
            Messages++;
        }

        private void NoteInterval(long hostNs, long deviceNs)
        {
            // Across a restart the device's times cannot be compared.
            var interval = deviceNs > 0 && deviceNs < 10 * hostNs + RigClock.SecondNs ? Math.Min(hostNs, deviceNs) : hostNs;
            if (Messages > 10 && interval > Math.Max(LeastGapNs, GapIntervals * _intervalNs))
            {
                _gaps++;
                _gapNs += interval;
                return;
            }
            _intervalNs += (interval - _intervalNs) / Math.Min(Messages, 100);
        }

        public StreamTotals Totals() => new()
        {
            Name = Name,
            Gaps = _gaps,
            GapNs = _gapNs,
            Epochs = _epochs,
            Messages = Messages,
            MissingBySequence = _missing,
            FirstNs = _firstNs,
            LastNs = _lastNs,
            LargestGapNs = _largestGapNs,
            Dropped = Dropped,
            Late = Late,
            PayloadBytes = _bytes,
        };
    }
}
