using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.Gl;

/// <summary>
/// OpenGL 4.5 as the renderer uses it, on the thread whose context is current. Programs, textures and buffers made of it are disposed on that thread; no
/// finalizer touches OpenGL. No call allocates managed memory but those that create.
/// </summary>
public sealed unsafe class GlContext
{
    private const uint VendorName = 0x1F00, RendererName = 0x1F01, VersionName = 0x1F02;
    private const uint ColorBuffer = 0x4000, ScissorTest = 0x0C11, BlendState = 0x0BE2, SourceAlpha = 0x0302, OneMinusSourceAlpha = 0x0303;
    private const uint PackAlignment = 0x0D05, UnpackAlignment = 0x0CF5, Triangles = 4, TriangleStrip = 5, FramebufferTarget = 0x8D40, MaxTextureSize = 0x0D33;
    internal const uint Red = 0x1903, UnsignedByte = 0x1401;

    /// <summary>Loads the functions of the context that is current.</summary>
    /// <exception cref="NativeLibraryException">The driver has no OpenGL 4.5.</exception>
    public GlContext(Func<string, nint> find)
    {
        Functions = new GlFunctions(find);
        uint array;
        Functions.CreateVertexArrays(1, &array);
        Functions.BindVertexArray(array); // empty: shaders make their corners of the vertex's number
        Functions.PixelStorei(PackAlignment, 1);
        Functions.PixelStorei(UnpackAlignment, 1);
    }

    internal GlFunctions Functions { get; }

    /// <summary>The driver's renderer and version.</summary>
    public string Description => $"{Text(RendererName)}, OpenGL {Text(VersionName)}, {Text(VendorName)}";

    /// <summary>The processor draws, not a graphics card.</summary>
    public bool IsSoftware => Text(RendererName).Contains("llvmpipe", StringComparison.Ordinal) || Text(RendererName).Contains("softpipe", StringComparison.Ordinal);

    /// <summary>The largest width or height of a picture, px.</summary>
    public int LargestTexture
    {
        get
        {
            int size;
            Functions.GetIntegerv(MaxTextureSize, &size);
            return size;
        }
    }

    /// <summary>Draws into the window from here on.</summary>
    public void DrawIntoWindow(int width, int height)
    {
        Functions.BindFramebuffer(FramebufferTarget, 0);
        Functions.Viewport(0, 0, width, height);
    }

    /// <summary>Clears what is drawn into to one gray.</summary>
    public void Clear(float level)
    {
        Functions.ClearColor(level, level, level, 1);
        Functions.Clear(ColorBuffer);
    }

    /// <summary>Restricts drawing to a rectangle, counted from the first row in memory.</summary>
    public void BeginRectangle(int x, int y, int width, int height)
    {
        Functions.Enable(ScissorTest);
        Functions.Scissor(x, y, width, height);
    }

    /// <summary>Draws everywhere again.</summary>
    public void EndRectangle() => Functions.Disable(ScissorTest);

    /// <summary>What is drawn covers what lies below by its alpha.</summary>
    public void BeginBlending()
    {
        Functions.Enable(BlendState);
        Functions.BlendFunc(SourceAlpha, OneMinusSourceAlpha);
    }

    /// <summary>What is drawn replaces what lies below.</summary>
    public void EndBlending() => Functions.Disable(BlendState);

    /// <summary>Draws one triangle over everything.</summary>
    public void DrawEverywhere() => Functions.DrawArrays(Triangles, 0, 3);

    /// <summary>Draws so many rectangles; the shader places their corners.</summary>
    public void DrawRectangles(int count) => Functions.DrawArraysInstanced(TriangleStrip, 0, 4, count);

    /// <summary>Waits until all is drawn.</summary>
    public void Finish() => Functions.Finish();

    /// <summary>Lets the driver begin.</summary>
    public void Flush() => Functions.Flush();

    /// <summary>Throws when a call failed since the last check; for set-up and tests, not for every frame.</summary>
    /// <exception cref="LoopRigException">A call failed.</exception>
    public void Check(string where)
    {
        uint error = Functions.GetError();
        if (error != 0) throw new LoopRigException($"OpenGL: {where}: error 0x{error:x}");
    }

    private string Text(uint name) => Marshal.PtrToStringUTF8(Functions.GetString(name)) ?? "";
}
