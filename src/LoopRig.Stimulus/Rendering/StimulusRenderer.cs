using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Stimulus.Rendering;

/// <summary>
/// Draws patterns for one monitor onto a canvas of its size, on the thread whose context is current. What the canvas holds is what is shown and what is
/// exported: the same shaders, with a window or without. After <see cref="Prepare"/> drawing allocates no managed memory.
/// </summary>
public sealed class StimulusRenderer : IDisposable
{
    private const int TableUnit = 7;
    // A Gaussian is below half a level of 128 from here on: sqrt(2 ln 256).
    private const double SeenSigmas = 3.3303;
    // Corners of the polygon about a circle, and how far outside of it they lie: 1 / cos(pi / 32), and a margin for the map's bending.
    private const int Corners = 32;
    private const double Outside = 1.02;

    private readonly GlContext _gl;
    private readonly GlBuffer _monitor;
    private readonly GlTexture _table;
    private readonly GlProgram _patch, _present;
    private readonly PatternProgram _spot, _disc;
    private readonly GratingDrawer _gratings;
    private readonly PictureDrawer _pictures;
    private readonly DotsDrawer _dots;
    private readonly float[]? _luminance;

    /// <summary>Compiles the shaders and makes the canvas.</summary>
    /// <param name="gl">The context, current on this thread.</param>
    /// <param name="geometry">The monitor.</param>
    /// <param name="pictures">Pictures that were loaded before; null: none.</param>
    /// <exception cref="LoopRigException">The driver cannot.</exception>
    /// <exception cref="DataFileException">The photometer's readings cannot be used.</exception>
    public StimulusRenderer(GlContext gl, MonitorGeometry geometry, PictureLibrary? pictures = null)
    {
        (_gl, Geometry) = (gl, geometry);
        var gamma = geometry.Monitor.Gamma;
        Curve = gamma is null ? null : GammaCurve.Of(gamma);
        _luminance = gamma is { Linearise: true } ? Curve!.Table() : null;
        Canvas = new GlCanvas(gl, geometry.Monitor.WidthPx, geometry.Monitor.HeightPx);
        _monitor = new GlBuffer(gl, GlBufferKind.Uniform, MonitorBlock.Floats * sizeof(float));
        _monitor.Upload<float>(MonitorBlock.Of(geometry));
        _table = new GlTexture(gl, GammaCurve.TableLength, 1, smooth: true, single: true);
        _table.Upload(_luminance ?? new float[GammaCurve.TableLength]);
        _patch = new GlProgram(gl, "patch.frag", ShaderText.Of([], "everywhere.vert"), ShaderText.Of([], "patch.frag"));
        _present = new GlProgram(gl, "present.frag", ShaderText.Of([], "everywhere.vert"), ShaderText.Of([], "present.frag"));
        _gratings = new GratingDrawer(gl, geometry);
        _spot = new PatternProgram(gl, geometry, "spot.frag");
        _disc = new PatternProgram(gl, geometry, "disc.frag");
        _pictures = new PictureDrawer(gl, geometry, pictures ?? new PictureLibrary());
        _dots = new DotsDrawer(gl, geometry);
        gl.Check("setting the renderer up");
    }

    /// <summary>The monitor.</summary>
    public MonitorGeometry Geometry { get; }

    /// <summary>The screen's luminance; null: not measured.</summary>
    public GammaCurve? Curve { get; }

    /// <summary>What is shown.</summary>
    public GlCanvas Canvas { get; }

    /// <summary>Loads and computes what a plan will need: pictures, noise, dots. May take seconds; showing the plan then takes none.</summary>
    /// <exception cref="DataFileException">A picture file is absent, damaged or too large.</exception>
    public void Prepare(StimulusPlan plan, CancellationToken stop)
    {
        foreach (var segment in plan.Segments)
        {
            stop.ThrowIfCancellationRequested();
            if (segment.Pattern is PicturePattern picture)
            {
                _pictures.Prepare(picture, stop);
            }
            else if (segment.Pattern is GratingPattern grating)
            {
                _gratings.Prepare(grating);
            }
            else if (segment.Pattern is DotsPattern dots)
            {
                _dots.Prepare(dots);
            }
        }
    }

    /// <summary>Forgets what was prepared.</summary>
    public void Forget()
    {
        _pictures.Forget();
        _dots.Forget();
    }

    /// <summary>Draws one frame of a pattern.</summary>
    /// <param name="pattern">Of the plan that was prepared.</param>
    /// <param name="frame">Of the segment, from 0.</param>
    public void Draw(Pattern pattern, int frame)
    {
        Canvas.DrawInto();
        _monitor.Bind(0);
        _table.Bind(TableUnit);
        switch (pattern)
        {
            case UniformPattern uniform:
                Fill(uniform.Level);
                break;
            case LevelPattern level:
                Fill(level.Levels[Math.Min(frame, level.Levels.Length - 1)]);
                break;
            case GratingPattern grating:
                BeginSeen(grating);
                _gratings.Draw(grating, frame / Geometry.Monitor.RefreshHz);
                _gl.EndRectangle();
                break;
            case GaussianSpotPattern spot:
                BeginWithin(spot.Centre, spot.SigmaDeg * SeenSigmas);
                _spot.Use(spot.Centre);
                _spot.SetForm(spot.SigmaDeg, spot.Contrast);
                _gl.DrawEverywhere();
                _gl.EndRectangle();
                break;
            case RectanglePattern rectangle:
                DrawRectangle(rectangle);
                break;
            case DiscPattern disc:
                var radius = disc.RadiusDeg[Math.Min(frame, disc.RadiusDeg.Length - 1)];
                BeginWithin(disc.Centre, Math.Max(radius, 0.01));
                _disc.Use(disc.Centre);
                _disc.SetForm(radius, disc.Contrast);
                _gl.DrawEverywhere();
                _gl.EndRectangle();
                break;
            case DotsPattern dots:
                Fill(Pattern.Gray);
                _dots.Draw(dots, frame);
                break;
            case PicturePattern picture:
                BeginIn(picture.Aperture);
                _pictures.Draw(picture, frame);
                _gl.EndRectangle();
                break;
            default:
                throw new LoopRigException($"there is no shader for {pattern.GetType().Name}");
        }
    }

    /// <summary>Draws the flip's mark into the upper left corner, over the stimulus and not corrected for gamma.</summary>
    public void DrawFlipMark(long flip)
    {
        Canvas.DrawInto();
        var width = Math.Max(2, (int)Math.Round(Canvas.Texture.Width * FlipCode.PatchWidth));
        _gl.BeginRectangle(0, 0, width, Math.Max(2, (int)Math.Round(Canvas.Texture.Height * FlipCode.PatchHeight)));
        var mark = FlipCode.MarkOf(flip);
        if (mark == FlipMark.Gray)
        {
            _monitor.Bind(0);
            _patch.Use();
            _gl.DrawEverywhere();
        }
        else
        {
            _gl.Clear(mark == FlipMark.White ? 1 : 0);
        }
        _gl.EndRectangle();
    }

    /// <summary>The whole canvas at one level, gamma or none: the safe screen.</summary>
    public void DrawUniform(double level)
    {
        Canvas.DrawInto();
        Fill(level);
    }

    /// <summary>Draws the canvas into the window.</summary>
    public void Present(int windowWidth, int windowHeight)
    {
        _gl.DrawIntoWindow(windowWidth, windowHeight);
        _monitor.Bind(0);
        _present.Use();
        Canvas.Texture.Bind(1);
        _gl.DrawEverywhere();
    }

    /// <summary>Frees all of it; on the context's thread.</summary>
    public void Dispose()
    {
        _pictures.Dispose();
        _dots.Dispose();
        _gratings.Dispose();
        _spot.Dispose();
        _disc.Dispose();
        _patch.Dispose();
        _present.Dispose();
        _table.Dispose();
        _monitor.Dispose();
        Canvas.Dispose();
    }

    /// <summary>The pixel value, 0 to 1, of a level: through the screen's inverse where stimuli are linearised.</summary>
    internal double PixelOf(double level)
    {
        level = Math.Clamp(level, 0, 1);
        if (_luminance is { } table)
        {
            var at = level * (table.Length - 1);
            var below = Math.Min((int)at, table.Length - 2);
            level = table[below] + (at - below) * (table[below + 1] - table[below]);
        }
        return Math.Floor(level * 255 + 0.5) / 255;
    }

    internal void BindMonitor() => _monitor.Bind(0);

    private void Fill(double level) => _gl.Clear((float)PixelOf(level));

    private void BeginSeen(GratingPattern grating)
    {
        if (grating.SigmaDeg > 0)
        {
            BeginWithin(grating.Centre, grating.SigmaDeg * SeenSigmas);
            return;
        }
        BeginIn(grating.Aperture);
    }

    private void BeginIn(Aperture? aperture) =>
        BeginWithin(aperture is null ? default : new VisualAngle(aperture.AzimuthDeg, aperture.ElevationDeg), aperture is null ? 0 : aperture.RadiusDeg + aperture.EdgeDeg / 2);

    // Gray everywhere, then only the rectangle of the screen that a circle about a place reaches; 0: all of it.
    private void BeginWithin(VisualAngle centre, double radiusDeg)
    {
        if (radiusDeg <= 0)
        {
            _gl.BeginRectangle(0, 0, Canvas.Texture.Width, Canvas.Texture.Height);
            return;
        }
        Fill(Pattern.Gray);
        double left = double.MaxValue, right = double.MinValue, top = double.MaxValue, bottom = double.MinValue;
        for (var i = 0; i < Corners; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / Corners);
            var point = Geometry.PointAbout(centre, new VisualAngle(Outside * radiusDeg * cos, Outside * radiusDeg * sin));
            (left, right, top, bottom) = (Math.Min(left, point.U), Math.Max(right, point.U), Math.Min(top, point.V), Math.Max(bottom, point.V));
        }
        // A circle of a right angle or more reaches round the eye: no rectangle holds its image.
        if (radiusDeg * Outside >= 80)
        {
            (left, right, top, bottom) = (-1, 1, -Geometry.Aspect, Geometry.Aspect);
        }
        var (x, y) = (Math.Max(0, Column(left) - 2), Math.Max(0, Row(top) - 2));
        _gl.BeginRectangle(x, y, Math.Max(0, Math.Min(Canvas.Texture.Width, Column(right) + 2) - x), Math.Max(0, Math.Min(Canvas.Texture.Height, Row(bottom) + 2) - y));
    }

    // The first column and row whose pixels' centres lie at or behind a place.
    private int Column(double u) => (int)Math.Clamp(Math.Ceiling((u + 1) / 2 * Canvas.Texture.Width - 0.5), 0, Canvas.Texture.Width);

    private int Row(double v) => (int)Math.Clamp(Math.Ceiling((v / Geometry.Aspect + 1) / 2 * Canvas.Texture.Height - 0.5), 0, Canvas.Texture.Height);

    // A pixel belongs to the rectangle when its centre does, so that neighbouring cells neither overlap nor leave a gap.
    private void DrawRectangle(RectanglePattern rectangle)
    {
        Fill(Pattern.Gray);
        var (left, top) = (Column(rectangle.Corner.U), Row(rectangle.Corner.V));
        _gl.BeginRectangle(left, top, Column(rectangle.Opposite.U) - left, Row(rectangle.Opposite.V) - top);
        Fill(Pattern.Gray * (1 + rectangle.Contrast));
        _gl.EndRectangle();
    }
}
