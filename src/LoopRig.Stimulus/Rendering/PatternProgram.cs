using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;

namespace LoopRig.Stimulus.Rendering;

/// <summary>A shader of one kind of pattern, with the uniforms that they share.</summary>
internal sealed class PatternProgram : IDisposable
{
    private const int Ahead = 0, Right = 1, Up = 2, FormLocation = 3, ApertureAhead = 8, ApertureRight = 9, ApertureUp = 10;

    private readonly GlProgram _program;
    private readonly MonitorGeometry _geometry;

    public PatternProgram(GlContext gl, MonitorGeometry geometry, string fragment, string vertex = "everywhere.vert", params IReadOnlyList<string> defined)
    {
        string[] words = [.. defined, .. geometry.IsSpherical ? Array.Empty<string>() : ["FLAT"], .. geometry.Monitor.Gamma is { Linearise: true } ? ["LINEARISED"] : Array.Empty<string>()];
        _program = new GlProgram(gl, fragment, ShaderText.Of(words, vertex), ShaderText.Of(words, "shown.glsl", fragment));
        _geometry = geometry;
    }

    /// <summary>Draws with it from here on, about a place.</summary>
    public void Use(VisualAngle centre)
    {
        _program.Use();
        SetFrame(Ahead, Right, Up, centre, 0, 0);
    }

    public void SetForm(double x, double y = 0, double z = 0, double w = 0) => _program.Set(FormLocation, x, y, z, w);

    public void Set(int location, double x, double y, double z, double w) => _program.Set(location, x, y, z, w);

    public void SetAperture(Aperture aperture) =>
        SetFrame(ApertureAhead, ApertureRight, ApertureUp, new VisualAngle(aperture.AzimuthDeg, aperture.ElevationDeg), aperture.RadiusDeg, aperture.EdgeDeg);

    public void Dispose() => _program.Dispose();

    private void SetFrame(int ahead, int right, int up, VisualAngle centre, double aheadW, double rightW)
    {
        if (!_geometry.IsSpherical)
        {
            _program.Set(ahead, centre.AzimuthDeg, centre.ElevationDeg, 0, aheadW);
            _program.Set(right, 0, 0, 0, rightW);
            return;
        }
        var frame = MonitorGeometry.FrameOf(centre);
        _program.Set(ahead, frame.Ahead.X, frame.Ahead.Y, frame.Ahead.Z, aheadW);
        _program.Set(right, frame.Right.X, frame.Right.Y, frame.Right.Z, rightW);
        _program.Set(up, frame.Up.X, frame.Up.Y, frame.Up.Z, 0);
    }
}
