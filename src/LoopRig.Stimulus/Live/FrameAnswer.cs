namespace LoopRig.Stimulus.Live;

/// <summary>A bin that was dealt with; its commands, if any, were given before. Reused.</summary>
internal sealed class FrameAnswer
{
    /// <summary>The bin.</summary>
    public long Bin = -1;

    /// <summary>When its last frame was received, ns of the rig clock.</summary>
    public long FrameNs;

    /// <summary>When it was dealt with, ns of the rig clock.</summary>
    public long DecidedNs;

    /// <summary>Whether it was decided what to show; false: whoever decides rests, or has failed.</summary>
    public bool Decided;
}
