using LoopRig.Core;
using LoopRig.Native.Wire;

namespace LoopRig.Acquisition;

/// <summary>What an edge of the wire lost of one stream, told at most once a second and kind, however much it is.</summary>
internal sealed class EdgeLosses(StreamCounters counters, string stream)
{
    private const long EveryNs = RigClock.SecondNs;

    private readonly Episode _missing = new(SourceReportKind.Dropped, $"{stream}: message(s) lost on the way, as their sequence numbers say");
    private readonly Episode _garbled = new(SourceReportKind.Garbage, $"{stream}: message(s) refused: malformed, or not newer than the one before");
    private readonly Episode _foreign = new(SourceReportKind.Mismatch, $"{stream}: message(s) refused: not of the type, shape or clock that the stream's descriptor says");
    private long _foreignCount;
    private long _lastNs;

    /// <summary>Everything lost so far; readable from any thread.</summary>
    internal long Count => counters.Missing + counters.Refused + Volatile.Read(ref _foreignCount);

    /// <summary>When something must be told, ns on the rig clock; <see cref="long.MaxValue"/> when there is nothing.</summary>
    internal long DueNs => Math.Min(_missing.DueNs, Math.Min(_garbled.DueNs, _foreign.DueNs));

    /// <summary>Counts a message that is sound and not of its stream.</summary>
    internal void RefuseForeign() => Volatile.Write(ref _foreignCount, _foreignCount + 1);

    /// <summary>Takes note of what was lost since the last call.</summary>
    /// <param name="nowNs">when the last message came, ns on the rig clock</param>
    internal void Look(long nowNs)
    {
        _missing.Grow(counters.Missing, _lastNs, nowNs);
        _garbled.Grow(counters.Refused, _lastNs, nowNs);
        _foreign.Grow(_foreignCount, _lastNs, nowNs);
        _lastNs = nowNs;
    }

    /// <summary>Tells what is due.</summary>
    internal void Tell(IStreamOutput output, int stream, long nowNs)
    {
        _missing.Tell(output, stream, nowNs);
        _garbled.Tell(output, stream, nowNs);
        _foreign.Tell(output, stream, nowNs);
    }

    private sealed class Episode(SourceReportKind kind, string text)
    {
        private long _seen;
        private long _told;
        private long _startNs;
        private long _endNs;
        private long _notBeforeNs;

        internal long DueNs => _seen == _told ? long.MaxValue : _notBeforeNs;

        internal void Grow(long count, long sinceNs, long nowNs)
        {
            if (count == _seen) return;
            if (_seen == _told) _startNs = sinceNs == 0 ? nowNs : sinceNs; // somewhere after the message before
            _endNs = nowNs;
            _seen = count;
        }

        internal void Tell(IStreamOutput output, int stream, long nowNs)
        {
            if (nowNs < DueNs) return;
            output.Report(stream, new SourceReport(kind, _startNs, _endNs, _seen - _told, text));
            _told = _seen;
            _notBeforeNs = nowNs + EveryNs;
        }
    }
}
