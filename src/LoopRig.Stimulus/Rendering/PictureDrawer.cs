using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Stimulus.Rendering;

/// <summary>Draws pictures: images, movies, noise.</summary>
internal sealed class PictureDrawer(GlContext gl, MonitorGeometry geometry, PictureLibrary library) : IDisposable
{
    private readonly PatternProgram?[] _programs = new PatternProgram?[4]; // placed or not, in an aperture or not
    private readonly Dictionary<(int Width, int Height), GlTexture> _textures = [];
    private PicturePattern? _current; // spares looking a record up by its content in every frame
    private PictureStack? _stack;
    private GlTexture? _texture;
    private int _uploaded = -1;

    /// <summary>Loads or computes a pattern's pictures.</summary>
    public void Prepare(PicturePattern pattern, CancellationToken stop)
    {
        ProgramOf(pattern);
        var stack = library.Get(pattern.Source, stop);
        if (!_textures.ContainsKey((stack.Width, stack.Height)))
        {
            _textures.Add((stack.Width, stack.Height), new GlTexture(gl, stack.Width, stack.Height, pattern.Smooth));
        }
    }

    /// <summary>Draws the picture of a frame.</summary>
    public void Draw(PicturePattern pattern, int frame)
    {
        if (!ReferenceEquals(pattern, _current))
        {
            Begin(pattern);
        }
        var index = Math.Min(pattern.IndexAt(frame, geometry.Monitor.RefreshHz), _stack!.Count - 1); // a container may promise more than it holds
        if (index != _uploaded)
        {
            _texture!.Upload(_stack!.Picture(index));
            _uploaded = index;
        }
        _texture!.Bind(1);
        var program = ProgramOf(pattern);
        program.Use(pattern.Centre);
        if (pattern.WidthDeg > 0)
        {
            program.SetForm(pattern.WidthDeg, pattern.WidthDeg * _stack!.Height / _stack.Width);
        }
        if (pattern.Aperture is { } aperture)
        {
            program.SetAperture(aperture);
        }
        gl.DrawEverywhere();
    }

    /// <summary>Forgets all pictures.</summary>
    public void Forget()
    {
        library.Clear();
        foreach (var texture in _textures.Values)
        {
            texture.Dispose();
        }
        _textures.Clear();
        _current = null;
    }

    public void Dispose()
    {
        Forget();
        foreach (var program in _programs)
        {
            program?.Dispose();
        }
    }

    private PatternProgram ProgramOf(PicturePattern pattern)
    {
        var (placed, aperture) = (pattern.WidthDeg > 0, pattern.Aperture is not null);
        return _programs[(placed ? 1 : 0) + (aperture ? 2 : 0)] ??=
            new PatternProgram(gl, geometry, "picture.frag", defined: [.. placed ? ["PLACED"] : Array.Empty<string>(), .. aperture ? ["APERTURE"] : Array.Empty<string>()]);
    }

    private void Begin(PicturePattern pattern)
    {
        Prepare(pattern, CancellationToken.None); // done already, but for who draws what was not prepared
        _stack = library.Get(pattern.Source, CancellationToken.None);
        (_current, _uploaded) = (pattern, -1);
        _texture = _textures[(_stack.Width, _stack.Height)];
        _texture.SetSmooth(pattern.Smooth);
    }
}
