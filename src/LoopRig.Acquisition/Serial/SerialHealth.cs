using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Counts what comes on a serial line and reports what is wrong with it, each thing once and not more than once a second.</summary>
internal sealed class SerialHealth(SerialOptions options, ISerialProtocol protocol)
{
    private const long WindowNs = RigClock.SecondNs;
    private readonly long _silenceNs = (long)(options.SilenceMs * RigClock.MillisecondNs);
    private long _lastMessageNs;
    private long _lostNs;
    private bool _lost;
    private bool _heard;
    private bool _joining;
    private int _cut;
    private long _garbageSinceMessage;
    private long _windowStartNs;
    private long _windowGarbage;
    private long _windowMessages;
    private long _firstGarbageNs;
    private long _lastGarbageNs;

    internal long Messages { get; private set; }

    internal long GarbageBytes { get; private set; }

    internal long Losses { get; private set; }

    internal bool IsLost => _lost;

    internal void Opened(long nowNs)
    {
        (_lastMessageNs, _windowStartNs) = (nowNs, nowNs);
        (_joining, _cut, _heard, _garbageSinceMessage) = (true, 0, false, 0);
    }

    internal void Message(IStreamOutput output, long nowNs)
    {
        Messages++;
        _windowMessages++;
        (_lastMessageNs, _heard, _joining, _garbageSinceMessage) = (nowNs, true, false, 0);
        if (!_lost || !protocol.IsKnown) return;
        _lost = false;
        output.Report(options.ReportStream, new SourceReport(SourceReportKind.Returned, _lostNs, nowNs, 0, $"{Device} is back after {Seconds(nowNs - _lostNs)}"));
    }

    internal void Garbage(int bytes, long nowNs)
    {
        _garbageSinceMessage += bytes;

        // Who joins a device that talks already hears the rest of a message first: that is no damage.
        if (_joining && _cut + bytes <= protocol.LongestMessage)
        {
            _cut += bytes;
            return;
        }

        if (_joining) bytes += _cut;
        (_joining, _cut) = (false, 0);
        if (_windowGarbage == 0) _firstGarbageNs = nowNs;
        _lastGarbageNs = nowNs;
        _windowGarbage += bytes;
        GarbageBytes += bytes;
    }

    internal void Gone(IStreamOutput output, long nowNs) => Lose(output, nowNs, $"{Device} is gone: unplugged or switched off; it is opened again when it comes back");

    internal void CannotReopen(IStreamOutput output, string error)
    {
        if (!_lost) (_lost, _lostNs) = (true, RigClock.Now);
        output.Report(options.ReportStream, new SourceReport(SourceReportKind.Lost, _lostNs, _lostNs, 0, $"{Device} is there but cannot be opened: {error}"));
    }

    internal void Mismatch(IStreamOutput output, long nowNs, string text)
    {
        output.Report(options.ReportStream, new SourceReport(SourceReportKind.Mismatch, nowNs, nowNs, 0, $"{Device}: {text}"));
        if (_lost) return;
        (_lost, _lostNs) = (true, nowNs);
        protocol.NewEpoch();
    }

    internal void Tick(IStreamOutput output, long nowNs)
    {
        if (!_lost && nowNs - _lastMessageNs > _silenceNs) Lose(output, _lastMessageNs, Silent(nowNs));
        if (nowNs - _windowStartNs < WindowNs) return;
        if (_windowGarbage > 0)
        {
            // A message has at least a handful of bytes: fewer messages than that beside so much garbage are chance.
            bool mostly = _windowGarbage > protocol.LongestMessage && _windowMessages * 8 < _windowGarbage;
            string text = $"{Device}: {_windowGarbage} bytes that belong to no message of the {protocol.Name}{(mostly ? BaudRate : "")}";
            output.Report(options.ReportStream, new SourceReport(SourceReportKind.Garbage, _firstGarbageNs, _lastGarbageNs, _windowGarbage, text));
        }

        (_windowStartNs, _windowGarbage, _windowMessages) = (nowNs, 0, 0);
    }

    private string Device => $"{options.Name} ({options.Path})";

    private string BaudRate => $"; wrong baud rate? it is read at {options.Baud}";

    private static string Seconds(long ns) => FormattableString.Invariant($"{ns / 1e9:0.0} s");

    private string Silent(long nowNs)
    {
        string since = _heard ? $"sends nothing since {Seconds(nowNs - _lastMessageNs)}" : $"has said nothing since it was opened, {Seconds(nowNs - _lastMessageNs)} ago";
        return _garbageSinceMessage == 0
            ? $"{Device} {since}"
            : $"{Device} sends no message of the {protocol.Name} since {Seconds(nowNs - _lastMessageNs)}, but {_garbageSinceMessage} bytes that are none{BaudRate}";
    }

    // It lasts: the report of the return says until when.
    private void Lose(IStreamOutput output, long startNs, string text)
    {
        if (_lost) return;
        (_lost, _lostNs) = (true, startNs);
        Losses++;
        protocol.NewEpoch();
        output.Report(options.ReportStream, new SourceReport(SourceReportKind.Lost, startNs, startNs, 0, text));
    }
}
