using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Where a loop reads the time, so that replay and tests can set it.</summary>
public interface IClock
{
    /// <summary>Now, ns on the rig clock.</summary>
    long Now { get; }
}

/// <summary>The rig clock itself.</summary>
public sealed class LiveClock : IClock
{
    /// <summary>The one instance.</summary>
    public static LiveClock Instance { get; } = new();

    /// <inheritdoc/>
    public long Now => RigClock.Now;
}

/// <summary>A clock that stands still until it is set.</summary>
public sealed class ManualClock : IClock
{
    /// <inheritdoc/>
    public long Now { get; set; }
}
