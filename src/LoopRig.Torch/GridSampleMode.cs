namespace LoopRig.Torch;

/// <summary>How a sample between pixels is made; the numbers are libtorch's.</summary>
public enum GridSampleMode
{
    /// <summary>Weighted mean of four pixels.</summary>
    Bilinear = 0,
    /// <summary>The nearest pixel.</summary>
    Nearest = 1,
    /// <summary>Cubic over sixteen pixels.</summary>
    Bicubic = 2,
}
