namespace LoopRig.Torch;

/// <summary>What lies outside an image; the numbers are libtorch's.</summary>
public enum GridSamplePadding
{
    /// <summary>Zero.</summary>
    Zeros = 0,
    /// <summary>The nearest border pixel.</summary>
    Border = 1,
    /// <summary>The image mirrored.</summary>
    Reflection = 2,
}
