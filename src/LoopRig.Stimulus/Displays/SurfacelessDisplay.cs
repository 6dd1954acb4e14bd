using LoopRig.Core;
using LoopRig.Native.Egl;
using LoopRig.Native.Gl;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Displays;

/// <summary>No window: pictures are drawn and read back. Nothing paces it and nobody sees it.</summary>
public sealed class SurfacelessDisplay : IDisplay
{
    private readonly EglContext _context;

    /// <summary>Opens it on the calling thread.</summary>
    /// <exception cref="NativeLibraryException">There is no OpenGL 4.5 without a display.</exception>
    public SurfacelessDisplay()
    {
        _context = new EglContext();
        try
        {
            _context.MakeCurrent();
            Gl = new GlContext(_context.Find);
        }
        catch
        {
            _context.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public GlContext Gl { get; }

    /// <inheritdoc/>
    public string Description => $"EGL surfaceless, {Gl.Description}";

    /// <inheritdoc/>
    public bool HasRefreshCounter => false;

    /// <inheritdoc/>
    public bool IsLost => false;

    /// <inheritdoc/>
    public FlipStamp Show(StimulusRenderer renderer)
    {
        Gl.Finish();
        var now = RigClock.Now;
        return new FlipStamp(now, now, -1, StampSource.Finish);
    }

    /// <summary>Closes it; on its thread.</summary>
    public void Dispose() => _context.Dispose();
}
