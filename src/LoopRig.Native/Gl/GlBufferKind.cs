namespace LoopRig.Native.Gl;

/// <summary>What a buffer holds for the shaders.</summary>
public enum GlBufferKind
{
    /// <summary>A block of uniforms.</summary>
    Uniform = 0x8A11,
    /// <summary>Records of a storage block.</summary>
    Storage = 0x90D2,
}
