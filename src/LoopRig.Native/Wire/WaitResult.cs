namespace LoopRig.Native.Wire;

/// <summary>Why <see cref="StreamReceiver.Wait"/> returned.</summary>
public enum WaitResult
{
    /// <summary>A message is waiting.</summary>
    Ready,

    /// <summary>The time came first.</summary>
    TimedOut,

    /// <summary>The stop was asked for.</summary>
    Stopped,
}
