namespace LoopRig.Native.Gl;

/// <summary>A grey picture on the graphics card, 8 bits or single precision a pixel. Its first row is the picture's upper one.</summary>
public sealed unsafe class GlTexture : IDisposable
{
    private const uint Texture2D = 0x0DE1, R8 = 0x8229, R32F = 0x822E, Float = 0x1406;
    private const uint MinFilter = 0x2801, MagFilter = 0x2800, WrapS = 0x2802, WrapT = 0x2803;
    private const int Nearest = 0x2600, Linear = 0x2601, ClampToEdge = 0x812F;

    private readonly GlFunctions _gl;
    private readonly bool _single;

    /// <summary>Makes room for a picture.</summary>
    public GlTexture(GlContext context, int width, int height, bool smooth, bool single = false)
    {
        _gl = context.Functions;
        (Width, Height, _single) = (width, height, single);
        uint id;
        _gl.CreateTextures(Texture2D, 1, &id);
        Id = id;
        _gl.TextureStorage2D(id, 1, single ? R32F : R8, width, height);
        _gl.TextureParameteri(id, WrapS, ClampToEdge);
        _gl.TextureParameteri(id, WrapT, ClampToEdge);
        SetSmooth(smooth);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    internal uint Id { get; }

    /// <summary>Pixels melt into each other when the picture is drawn larger; else each is a square.</summary>
    public void SetSmooth(bool smooth)
    {
        _gl.TextureParameteri(Id, MinFilter, smooth ? Linear : Nearest);
        _gl.TextureParameteri(Id, MagFilter, smooth ? Linear : Nearest);
    }

    /// <summary>Replaces the pixels of an 8-bit picture.</summary>
    public void Upload(ReadOnlySpan<byte> pixels)
    {
        if (_single || pixels.Length != Width * Height) throw new ArgumentException($"{pixels.Length} bytes are no picture of {Width} x {Height}", nameof(pixels));
        fixed (byte* at = pixels) _gl.TextureSubImage2D(Id, 0, 0, 0, Width, Height, GlContext.Red, GlContext.UnsignedByte, at);
    }

    /// <summary>Replaces the pixels of a picture in single precision.</summary>
    public void Upload(ReadOnlySpan<float> pixels)
    {
        if (!_single || pixels.Length != Width * Height) throw new ArgumentException($"{pixels.Length} numbers are no picture of {Width} x {Height}", nameof(pixels));
        fixed (float* at = pixels) _gl.TextureSubImage2D(Id, 0, 0, 0, Width, Height, GlContext.Red, Float, at);
    }

    /// <summary>Shaders find it under this number.</summary>
    public void Bind(int unit) => _gl.BindTextureUnit((uint)unit, Id);

    /// <summary>Deletes it.</summary>
    public void Dispose()
    {
        uint id = Id;
        _gl.DeleteTextures(1, &id);
    }
}
