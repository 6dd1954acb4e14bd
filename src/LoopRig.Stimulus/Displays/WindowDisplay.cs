using LoopRig.Core;
using LoopRig.Native.Gl;
using LoopRig.Native.Glfw;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Displays;

/// <summary>A window without a frame, or a whole screen. The canvas is what is shown, pixel for pixel where the window has its size.</summary>
public sealed class WindowDisplay : IDisplay
{
    private const long FarNs = RigClock.SecondNs;

    private readonly GlfwWindow _window;

    /// <summary>Opens it on the calling thread.</summary>
    /// <param name="width">Columns, px.</param>
    /// <param name="height">Rows, px.</param>
    /// <param name="screen">The screen to fill, by name or number; null: a window.</param>
    /// <param name="waitForRefresh">Whether a swap waits for the screen's refresh.</param>
    /// <exception cref="NotReadyException">There is no display, or no such screen.</exception>
    /// <exception cref="NativeLibraryException">GLFW is not installed, or there is no OpenGL 4.5.</exception>
    public WindowDisplay(int width, int height, string? screen, bool waitForRefresh)
    {
        _window = new GlfwWindow(width, height, "LoopRig", screen);
        try
        {
            _window.MakeCurrent(waitForRefresh ? 1 : 0);
            Gl = new GlContext(_window.Find);
            Screen = screen;
        }
        catch
        {
            _window.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public GlContext Gl { get; }

    /// <summary>The screen that it fills; null: a window.</summary>
    public string? Screen { get; }

    /// <summary>Pixels across and down.</summary>
    public (int Width, int Height) Size => _window.Size;

    /// <inheritdoc/>
    public string Description => $"{(Screen is null ? "window" : $"screen {Screen}")} of {Size.Width} x {Size.Height} px, {Gl.Description}";

    /// <inheritdoc/>
    public bool HasRefreshCounter => _window.HasSwapCounter;

    /// <inheritdoc/>
    public bool IsLost => _window.IsClosed;

    /// <inheritdoc/>
    public FlipStamp Show(StimulusRenderer renderer)
    {
        Gl.Finish();
        var drawn = RigClock.Now;
        var (width, height) = _window.Size;
        renderer.Present(width, height);
        _window.Swap();
        Gl.Finish();
        var now = RigClock.Now;
        _window.Poll();
        if (!_window.TryReadSync(out var refreshUs, out var refreshes, out _))
        {
            return new FlipStamp(drawn, now, -1, StampSource.Finish);
        }
        // Mesa counts in CLOCK_MONOTONIC, as the rig does; a driver with another clock is noticed by its distance.
        var refreshed = refreshUs * 1000;
        return Math.Abs(refreshed - now) < FarNs ? new FlipStamp(drawn, refreshed, refreshes, StampSource.Refresh) : new FlipStamp(drawn, now, refreshes, StampSource.Finish);
    }

    /// <summary>Closes it; on its thread.</summary>
    public void Dispose() => _window.Dispose();
}
