namespace LoopRig.Recording;

/// <summary>How a session stands.</summary>
public enum SessionState
{
    /// <summary>It is being recorded, or the recording process died: see whether a process holds the lock.</summary>
    Recording,
    /// <summary>It was closed in order.</summary>
    Closed,
    /// <summary>The recording ended with a fault (a full disk, say); what was written before is readable.</summary>
    Faulted,
    /// <summary>It was not closed in order, and has been recovered since.</summary>
    Recovered,
    /// <summary>Its log is not whole although it claims to be closed, or its description cannot be read.</summary>
    Damaged,
}
