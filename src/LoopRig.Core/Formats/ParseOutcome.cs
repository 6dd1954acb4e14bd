namespace LoopRig.Core;

/// <summary>What stands at the front of a byte stream.</summary>
public enum ParseOutcome
{
    /// <summary>A whole message, its checksum right.</summary>
    Message,

    /// <summary>The beginning of what may be a message: more bytes decide.</summary>
    Incomplete,

    /// <summary>Bytes of no message: the search goes on behind them.</summary>
    Garbage,
}
