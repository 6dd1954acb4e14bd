namespace LoopRig.Core;

/// <summary>What an adapter saw go wrong, or right again, at its source.</summary>
public enum SourceReportKind
{
    /// <summary>The device or file stopped delivering: unplugged, silent, closed.</summary>
    Lost,
    /// <summary>It delivers again; a new epoch begins.</summary>
    Returned,
    /// <summary>A stretch of time without samples, the source itself going on.</summary>
    Gap,
    /// <summary>Samples that the device or its driver dropped.</summary>
    Dropped,
    /// <summary>Bytes or messages that are none of the protocol's: a wrong checksum, a wrong baud rate.</summary>
    Garbage,
    /// <summary>The device's clock or counter began again or jumped.</summary>
    ClockReset,
    /// <summary>The device answered as another, or changed its size or format.</summary>
    Mismatch,
    /// <summary>A fault that was injected on purpose is over: what is true, for comparison with what was noticed. <see cref="SourceReport.Injected"/> says which.</summary>
    Injected,
}

/// <summary>One such event, with its time and extent.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="StartNs">When it began, ns on the rig clock.</param>
/// <param name="EndNs">When it ended, ns on the rig clock; equal to the start while it lasts.</param>
/// <param name="Count">How many samples, messages or bytes; 0 where there is no such number.</param>
/// <param name="Text">For a person: the device and what it did.</param>
public readonly record struct SourceReport(SourceReportKind Kind, long StartNs, long EndNs, long Count, string Text)
{
    /// <summary>Of <see cref="SourceReportKind.Injected"/>: which fault.</summary>
    public FaultKind? Injected { get; init; }
}
