namespace LoopRig.Inference;

/// <summary>One of the rig's loops: a thread of its own repeats <see cref="RunOnce"/>, or a test or replay calls it step by step.</summary>
public interface ILoop
{
    /// <summary>Does what there is to do now; false when there was nothing.</summary>
    bool RunOnce();

    /// <summary>Returns when there may be something to do. Only the loop's thread calls it.</summary>
    void Wait();

    /// <summary>Ends a wait. Any thread may call it.</summary>
    void Wake();
}
