namespace LoopRig.Stimulus.Live;

/// <summary>A bin for which it was decided what to show; its commands, if any, were given before. Reused.</summary>
internal sealed class FrameAnswer
{
    /// <summary>The bin.</summary>
    public long Bin = -1;

    /// <summary>When its last frame was received, ns of the rig clock.</summary>
    public long FrameNs;

    /// <summary>When it was decided, ns of the rig clock.</summary>
    public long DecidedNs;
}
