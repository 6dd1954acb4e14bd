using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Every fault of a run, for its summary and for a view: what is over, what lasts, and what was injected on purpose. Any thread may use it; faults are rare.</summary>
public sealed class FaultLog
{
    private const int Most = 10_000;
    private const long SameNs = RigClock.SecondNs;

    private readonly Lock _gate = new();
    private readonly List<FaultRecord> _over = [];
    private readonly List<FaultRecord> _injected = [];
    private readonly Dictionary<(string Stream, FaultKind Kind, FaultWitness By), FaultRecord> _lasting = [];
    private long _excess;

    /// <summary>Faults that are over, in the order in which they ended; beyond ten thousand they are only counted.</summary>
    public FaultRecord[] Over { get { lock (_gate) { return [.. _over]; } } }

    /// <summary>Faults that last.</summary>
    public FaultRecord[] Lasting { get { lock (_gate) { return [.. _lasting.Values]; } } }

    /// <summary>What was injected on purpose.</summary>
    public FaultRecord[] Injected { get { lock (_gate) { return [.. _injected]; } } }

    /// <summary>Every fault that was noticed, whether it is over or lasts, in the order in which they began.</summary>
    public FaultRecord[] All { get { lock (_gate) { return [.. _over.Concat(_lasting.Values).OrderBy(f => f.StartNs)]; } } }

    /// <summary>How many were noticed.</summary>
    public long Count { get { lock (_gate) { return _over.Count + _lasting.Count + _excess; } } }

    /// <summary>A fault has begun, or goes on.</summary>
    public void Begin(FaultRecord fault)
    {
        lock (_gate)
        {
            _lasting[(fault.Stream, fault.Kind, fault.By)] = fault;
        }
    }

    /// <summary>A fault has turned out to be none, or another.</summary>
    public void Withdraw(string stream, FaultKind kind, FaultWitness by)
    {
        lock (_gate)
        {
            _lasting.Remove((stream, kind, by));
        }
    }

    /// <summary>A fault is over.</summary>
    public void End(FaultRecord fault)
    {
        lock (_gate)
        {
            _lasting.Remove((fault.Stream, fault.Kind, fault.By));
            Keep(fault);
        }
    }

    /// <summary>Takes a source's own report: what it lost and got back is one fault; of what it says again within a second the extents add up.</summary>
    public void Take(string stream, in SourceReport report)
    {
        lock (_gate)
        {
            var kind = KindOf(report.Kind);
            var fault = new FaultRecord(stream, kind, report.StartNs, report.EndNs, report.Count, report.Text, FaultWitness.Source);
            var key = (stream, kind, FaultWitness.Source);
            switch (report.Kind)
            {
                case SourceReportKind.Injected:
                    _injected.Add(fault with { Kind = report.Injected ?? kind });
                    break;
                case SourceReportKind.Lost:
                    // Said again while it lasts: what was said last counts, from when it began.
                    _lasting[key] = _lasting.TryGetValue(key, out var begun) ? fault with { StartNs = begun.StartNs } : fault;
                    break;
                case SourceReportKind.Returned when _lasting.Remove(key, out var lost):
                    Keep(lost with { EndNs = Math.Max(report.EndNs, lost.StartNs), Count = lost.Count + report.Count, Text = $"{lost.Text}; {report.Text}" });
                    break;
                default:
                    Merge(fault);
                    break;
            }
        }
    }

    /// <summary>The run ends: what a source had lost and not got back is gone until now.</summary>
    public void Close(long nowNs)
    {
        lock (_gate)
        {
            foreach (var fault in _lasting.Values)
            {
                Keep(fault with { EndNs = Math.Max(fault.EndNs, nowNs), Text = fault.Text + ", until the end" });
            }
            _lasting.Clear();
        }
    }

    private void Merge(FaultRecord fault)
    {
        var same = _over.FindLastIndex(f => f.Stream == fault.Stream && f.Kind == fault.Kind && f.By == fault.By);
        if (same < 0 || fault.StartNs - _over[same].EndNs > SameNs)
        {
            Keep(fault);
            return;
        }
        _over[same] = _over[same] with { EndNs = Math.Max(_over[same].EndNs, fault.EndNs), Count = _over[same].Count + fault.Count, Text = fault.Text };
    }

    private void Keep(FaultRecord fault)
    {
        if (_over.Count < Most)
        {
            _over.Add(fault);
        }
        else
        {
            _excess++;
        }
    }

    private static FaultKind KindOf(SourceReportKind kind) => kind switch
    {
        SourceReportKind.Lost or SourceReportKind.Returned => FaultKind.Disconnect,
        SourceReportKind.Gap => FaultKind.Gap,
        SourceReportKind.Dropped => FaultKind.Drop,
        SourceReportKind.Garbage => FaultKind.Garbage,
        SourceReportKind.ClockReset => FaultKind.ClockReset,
        _ => FaultKind.Mismatch,
    };
}
