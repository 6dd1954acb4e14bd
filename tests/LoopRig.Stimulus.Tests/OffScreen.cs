using System.Text;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Pictures;
using LoopRig.Stimulus.Rendering;
using Xunit;

namespace LoopRig.Stimulus.Tests;

/// <summary>A renderer without a window on the test's thread; skips where there is no OpenGL.</summary>
internal sealed class OffScreen : IDisposable
{
    private readonly SurfacelessDisplay _display;

    public OffScreen(string json, MonitorDescription? monitor = null)
    {
        Plan = StimulusFile.Parse(Encoding.UTF8.GetBytes(json), "test.json").Plan(monitor, new PictureFiles());
        try
        {
            _display = new SurfacelessDisplay();
        }
        catch (NativeLibraryException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
        Renderer = new StimulusRenderer(_display.Gl, Plan.Geometry);
        Renderer.Prepare(Plan, TestContext.Current.CancellationToken);
    }

    public StimulusPlan Plan { get; }

    public StimulusRenderer Renderer { get; }

    public GlContext Gl => _display.Gl;

    public int Width => Plan.Geometry.Monitor.WidthPx;

    public int Height => Plan.Geometry.Monitor.HeightPx;

    /// <summary>The pixels of a frame of the plan, the upper row first.</summary>
    public byte[] Draw(int frame)
    {
        var segment = Plan.Segments[Plan.SegmentAt(frame)];
        Renderer.Draw(segment.Pattern, frame - segment.FirstFrame);
        return Read();
    }

    public byte[] Read()
    {
        var pixels = new byte[Width * Height];
        Renderer.Canvas.ReadInto(pixels);
        Gl.Check("drawing");
        return pixels;
    }

    public void Dispose()
    {
        Renderer.Dispose();
        _display.Dispose();
    }
}
