namespace LoopRig.Acquisition;

/// <summary>Whether a camera's frames are two fields each, and which was taken first.</summary>
public enum Interlacing
{
    /// <summary>As the file or the driver says; where it says nothing, frames are whole pictures.</summary>
    Auto,
    /// <summary>Frames are whole pictures, whatever the file says.</summary>
    None,
    /// <summary>Two fields; rows 0, 2, 4 ... first.</summary>
    TopFirst,
    /// <summary>Two fields; rows 1, 3, 5 ... first.</summary>
    BottomFirst,
}
