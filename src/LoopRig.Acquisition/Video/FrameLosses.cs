using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>Frames of one source that were lost in one way, told at most once a second, however many they are. One thread.</summary>
internal sealed class FrameLosses(SourceReportKind kind)
{
    private const long EveryNs = RigClock.SecondNs;

    private long _count;
    private long _startNs;
    private long _endNs;
    private long _notBeforeNs;
    private string _text = "";

    /// <summary>Takes note of lost frames.</summary>
    /// <param name="count">how many</param>
    /// <param name="startNs">when the loss begins, ns</param>
    /// <param name="endNs">when it ends, ns of the same clock</param>
    /// <param name="text">what is said of it; of losses that are told together, of the last</param>
    internal void Add(long count, long startNs, long endNs, string text)
    {
        if (_count == 0) _startNs = startNs;
        (_count, _endNs, _text) = (_count + count, endNs, text);
    }

    /// <summary>Tells what is due.</summary>
    internal void Tell(IStreamOutput output, long nowNs)
    {
        if (_count > 0 && nowNs >= _notBeforeNs) TellAll(output, nowNs);
    }

    /// <summary>Tells what is left, due or not.</summary>
    internal void TellAll(IStreamOutput output, long nowNs)
    {
        if (_count == 0) return;
        output.Report(0, new SourceReport(kind, _startNs, _endNs, _count, _text));
        (_count, _notBeforeNs) = (0, nowNs + EveryNs);
    }
}
