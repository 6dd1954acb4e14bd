namespace LoopRig.Native.OpenCv;

/// <summary>Whether a frame is one picture or two fields of alternate rows, taken half a frame apart. The numbers are the shim's.</summary>
public enum FieldOrder
{
    /// <summary>One picture.</summary>
    Progressive = 0,
    /// <summary>Two fields; the one of rows 0, 2, 4 ... was taken first.</summary>
    TopFirst = 1,
    /// <summary>Two fields; the one of rows 1, 3, 5 ... was taken first.</summary>
    BottomFirst = 2,
}
