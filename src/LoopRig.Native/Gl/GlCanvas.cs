using LoopRig.Core;

namespace LoopRig.Native.Gl;

/// <summary>A texture that is drawn into, and read back: the same pixels whether there is a window or not.</summary>
public sealed unsafe class GlCanvas : IDisposable
{
    private const uint FramebufferTarget = 0x8D40, ColorAttachment = 0x8CE0, Complete = 0x8CD5;

    private readonly GlFunctions _gl;
    private readonly uint _id;

    /// <summary>Makes the canvas, 8 bits a pixel.</summary>
    /// <exception cref="LoopRigException">The driver cannot draw into such a picture.</exception>
    public GlCanvas(GlContext context, int width, int height)
    {
        _gl = context.Functions;
        if (Math.Max(width, height) > context.LargestTexture) throw new LoopRigException($"OpenGL: {width} x {height} px are more than this driver draws: {context.LargestTexture} a side");
        Texture = new GlTexture(context, width, height, smooth: false);
        uint id;
        _gl.CreateFramebuffers(1, &id);
        _id = id;
        _gl.NamedFramebufferTexture(id, ColorAttachment, Texture.Id, 0);
        uint status = _gl.CheckNamedFramebufferStatus(id, FramebufferTarget);
        if (status != Complete) throw new LoopRigException($"OpenGL: a picture of {width} x {height} cannot be drawn into (status 0x{status:x})");
    }

    /// <summary>What was drawn.</summary>
    public GlTexture Texture { get; }

    /// <summary>Draws into it from here on.</summary>
    public void DrawInto()
    {
        _gl.BindFramebuffer(FramebufferTarget, _id);
        _gl.Viewport(0, 0, Texture.Width, Texture.Height);
    }

    /// <summary>Waits for the drawing, and copies it out, (Height, Width), the upper row first.</summary>
    public void ReadInto(Span<byte> pixels)
    {
        if (pixels.Length < Texture.Width * Texture.Height) throw new ArgumentException($"{pixels.Length} bytes are too few for {Texture.Width} x {Texture.Height}", nameof(pixels));
        _gl.BindFramebuffer(FramebufferTarget, _id);
        fixed (byte* at = pixels) _gl.ReadPixels(0, 0, Texture.Width, Texture.Height, GlContext.Red, GlContext.UnsignedByte, at);
    }

    /// <summary>Deletes it.</summary>
    public void Dispose()
    {
        uint id = _id;
        _gl.DeleteFramebuffers(1, &id);
        Texture.Dispose();
    }
}
