namespace LoopRig.Native.OpenCv;

/// <summary>What <see cref="Imaging.Morphology"/> does. The numbers are the shim's.</summary>
public enum Morphology
{
    /// <summary>The least of the neighbourhood.</summary>
    Erode = 0,
    /// <summary>The greatest of the neighbourhood.</summary>
    Dilate = 1,
    /// <summary>Erodes, then dilates.</summary>
    Open = 2,
    /// <summary>Dilates, then erodes.</summary>
    Close = 3,
}
