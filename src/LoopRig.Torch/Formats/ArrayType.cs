namespace LoopRig.Torch.Formats;

/// <summary>The element type of an array in a weights file. Little-endian on disk, always.</summary>
public enum ArrayType : byte
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 1,

    /// <summary>Unsigned 8 bit.</summary>
    U8,

    /// <summary>Signed 8 bit.</summary>
    I8,

    /// <summary>Unsigned 16 bit.</summary>
    U16,

    /// <summary>Signed 16 bit.</summary>
    I16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper 16 bits of a single-precision number.</summary>
    BF16,

    /// <summary>Unsigned 32 bit.</summary>
    U32,

    /// <summary>Signed 32 bit.</summary>
    I32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Unsigned 64 bit.</summary>
    U64,

    /// <summary>Signed 64 bit.</summary>
    I64,

    /// <summary>IEEE double precision.</summary>
    F64,
}
