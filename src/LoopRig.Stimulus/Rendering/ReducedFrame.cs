using LoopRig.Native.Gl;

namespace LoopRig.Stimulus.Rendering;

/// <summary>A small copy of what is shown, made where it was drawn: each pixel the mean of those that it covers. Reading it allocates nothing.</summary>
public sealed class ReducedFrame : IDisposable
{
    private readonly StimulusRenderer _renderer;
    private readonly GlContext _gl;
    private readonly GlProgram _program;
    private readonly GlCanvas _canvas;

    /// <summary>Of a renderer, in another size.</summary>
    public ReducedFrame(GlContext gl, StimulusRenderer renderer, int width, int height)
    {
        (_gl, _renderer) = (gl, renderer);
        _program = new GlProgram(gl, "reduce.frag", ShaderText.Of([], "everywhere.vert"), ShaderText.Of([], "reduce.frag"));
        _canvas = new GlCanvas(gl, width, height);
    }

    /// <summary>Copies the canvas as it is now, (height, width), the upper row first.</summary>
    public void ReadInto(Span<byte> pixels)
    {
        _canvas.DrawInto();
        _renderer.BindMonitor();
        _program.Use();
        _program.Set(3, _canvas.Texture.Width, _canvas.Texture.Height);
        _renderer.Canvas.Texture.Bind(1);
        _gl.DrawEverywhere();
        _canvas.ReadInto(pixels);
    }

    /// <summary>Frees it; on the context's thread.</summary>
    public void Dispose()
    {
        _program.Dispose();
        _canvas.Dispose();
    }
}
