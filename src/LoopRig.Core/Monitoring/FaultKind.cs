namespace LoopRig.Core;

/// <summary>What can be wrong with a stream: as it is injected for a rehearsal, as a receiver sees it, as a summary names it.</summary>
public enum FaultKind
{
    /// <summary>Messages were lost on the way: the sequence jumps.</summary>
    Drop,
    /// <summary>The source was silent for a time and went on; it numbers on, and its clock has gone on.</summary>
    Gap,
    /// <summary>The same picture, or the same values, again and again.</summary>
    Freeze,
    /// <summary>Delivery scattered or stalled; the samples' own times are sound.</summary>
    Jitter,
    /// <summary>The source was gone, and if it came back, then after long or with a new epoch.</summary>
    Disconnect,
    /// <summary>Messages that are none, or whose payload was damaged.</summary>
    Garbage,
    /// <summary>The device's time began again or jumped.</summary>
    ClockReset,
    /// <summary>Messages of another shape or type than the stream was announced with.</summary>
    Mismatch,
}

/// <summary>The names of <see cref="FaultKind"/> in configurations, sessions and summaries.</summary>
public static class FaultKinds
{
    private static readonly string[] s_names = ["drop", "gap", "freeze", "jitter", "disconnect", "garbage", "clock-reset", "mismatch"];

    /// <summary>How many kinds there are.</summary>
    public const int Count = 8;

    /// <summary>The kind as it is written.</summary>
    public static string Name(this FaultKind kind) => s_names[(int)kind];
}
