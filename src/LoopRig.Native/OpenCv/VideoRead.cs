namespace LoopRig.Native.OpenCv;

/// <summary>What reading the next frame of a video gave.</summary>
public enum VideoRead
{
    /// <summary>A frame.</summary>
    Frame,
    /// <summary>The video is over, or was interrupted.</summary>
    End,
    /// <summary>A frame of another size, left out; the next may fit again.</summary>
    OtherSize,
}
