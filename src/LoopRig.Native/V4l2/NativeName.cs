using System.Runtime.CompilerServices;
using System.Text;

namespace LoopRig.Native.V4l2;

/// <summary>32 bytes of text, ended by a zero where it is shorter.</summary>
[InlineArray(32)]
internal struct NativeName
{
    private byte _first;

    public override readonly string ToString()
    {
        ReadOnlySpan<byte> bytes = this;
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
