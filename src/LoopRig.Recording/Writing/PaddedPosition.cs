using System.Runtime.InteropServices;

namespace LoopRig.Recording;

/// <summary>A position with one writer, alone on its cache lines.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal struct PaddedPosition
{
    [FieldOffset(64)]
    private long _value;

    /// <summary>The writer's own view.</summary>
    public readonly long Own() => _value;

    /// <summary>The other thread's view: acquires what was written before.</summary>
    public readonly long Read() => Volatile.Read(in _value);

    /// <summary>Releases everything written before.</summary>
    public void Write(long value) => Volatile.Write(ref _value, value);
}
