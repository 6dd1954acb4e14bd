using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>A counter with one writer, alone on its cache lines so that the two threads of a ring do not fight over one. Keep it in a field, never in a copy.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
public struct PaddedSequence
{
    [FieldOffset(64)]
    private long _value;

    /// <summary>The writer's own view: a plain read.</summary>
    public readonly long Own() => _value;

    /// <summary>The other thread's view: acquires what was written before the value.</summary>
    public readonly long Read() => Volatile.Read(in _value);

    /// <summary>Releases everything written before.</summary>
    public void Write(long value) => Volatile.Write(ref _value, value);
}
