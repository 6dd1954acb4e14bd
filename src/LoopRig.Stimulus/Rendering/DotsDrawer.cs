using System.Runtime.CompilerServices;
using LoopRig.Core.Stimuli;
using LoopRig.Native.Gl;

namespace LoopRig.Stimulus.Rendering;

/// <summary>Moves and draws random dots.</summary>
internal sealed class DotsDrawer(GlContext gl, MonitorGeometry geometry) : IDisposable
{
    private readonly PatternProgram _program = new(gl, geometry, "dots.frag", "dots.vert");
    private readonly Dictionary<DotsPattern, Prepared> _fields = new(ReferenceComparer.Instance);
    private GlBuffer? _buffer;
    private Dot[] _dots = [];

    /// <summary>Places the dots of a pattern.</summary>
    public void Prepare(DotsPattern pattern)
    {
        var field = new DotField(pattern.Field);
        _fields[pattern] = new Prepared { Field = field };
        if (field.Count <= _dots.Length)
        {
            return;
        }
        _dots = new Dot[field.Count];
        _buffer?.Dispose();
        _buffer = new GlBuffer(gl, GlBufferKind.Storage, field.Count * Unsafe.SizeOf<Dot>());
    }

    /// <summary>Draws the dots of a frame. Going back begins anew, which allocates; going on does not.</summary>
    public void Draw(DotsPattern pattern, int frame)
    {
        if (!_fields.TryGetValue(pattern, out var prepared) || frame < prepared.Frame)
        {
            Prepare(pattern);
            prepared = _fields[pattern];
        }
        for (; prepared.Frame < frame; prepared.Frame++)
        {
            prepared.Field.Step();
        }
        var dots = _dots.AsSpan(0, prepared.Field.Count);
        prepared.Field.CopyTo(dots);
        _buffer!.Upload<Dot>(dots);
        _buffer.Bind(1);
        _program.Use(pattern.Field.Middle);
        _program.SetForm(pattern.Field.RadiusDeg);
        gl.BeginBlending();
        gl.DrawRectangles(dots.Length);
        gl.EndBlending();
    }

    /// <summary>Forgets all patterns.</summary>
    public void Forget() => _fields.Clear();

    public void Dispose()
    {
        _program.Dispose();
        _buffer?.Dispose();
    }

    private sealed class Prepared
    {
        public required DotField Field { get; init; }

        public int Frame { get; set; }
    }

    // A record compares by its content; two movements with the same numbers would share one field.
    private sealed class ReferenceComparer : IEqualityComparer<DotsPattern>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(DotsPattern? x, DotsPattern? y) => ReferenceEquals(x, y);

        public int GetHashCode(DotsPattern pattern) => RuntimeHelpers.GetHashCode(pattern);
    }
}
