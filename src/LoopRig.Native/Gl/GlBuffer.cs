using System.Runtime.InteropServices;

namespace LoopRig.Native.Gl;

/// <summary>Memory that shaders read.</summary>
public sealed unsafe class GlBuffer : IDisposable
{
    private const uint DynamicStorage = 0x100;

    private readonly GlFunctions _gl;
    private readonly GlBufferKind _kind;
    private readonly uint _id;

    /// <summary>Makes room for so many bytes.</summary>
    public GlBuffer(GlContext context, GlBufferKind kind, int bytes)
    {
        _gl = context.Functions;
        (_kind, Bytes) = (kind, bytes);
        uint id;
        _gl.CreateBuffers(1, &id);
        _id = id;
        _gl.NamedBufferStorage(id, bytes, null, DynamicStorage);
    }

    /// <summary>Its size.</summary>
    public int Bytes { get; }

    /// <summary>Writes from its beginning on.</summary>
    public void Upload<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (bytes.Length > Bytes) throw new ArgumentException($"{bytes.Length} bytes do not fit into {Bytes}", nameof(values));
        fixed (byte* at = bytes) _gl.NamedBufferSubData(_id, 0, bytes.Length, at);
    }

    /// <summary>Shaders find it under this number.</summary>
    public void Bind(int point) => _gl.BindBufferBase((uint)_kind, (uint)point, _id);

    /// <summary>Deletes it.</summary>
    public void Dispose()
    {
        uint id = _id;
        _gl.DeleteBuffers(1, &id);
    }
}
