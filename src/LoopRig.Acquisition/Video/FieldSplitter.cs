using System.Runtime.InteropServices;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Makes whole pictures of the two fields of an interlaced frame. A field's own rows stay as they are; each row between is the mean of the rows above and
/// below it of the same field (linear interpolation, "bob"), so that both fields of a still scene lie on the same pixels. At the edge the nearest row is repeated.
/// </summary>
internal static class FieldSplitter
{
    private const ulong WithoutLowBits = 0xFEFE_FEFE_FEFE_FEFE;

    /// <summary>Writes the picture of one field.</summary>
    /// <param name="woven">the frame</param>
    /// <param name="firstRow">0 or 1: the first of the field's rows in <paramref name="woven"/></param>
    /// <param name="picture">takes the field, of the frame's size</param>
    internal static void Split(Image woven, int firstRow, Image picture)
    {
        int last = woven.Height - 1;
        for (int y = 0; y <= last; y++)
        {
            if ((y & 1) == (firstRow & 1)) woven.Row(y).CopyTo(picture.Row(y));
            else if (y == 0) woven.Row(Math.Min(1, last)).CopyTo(picture.Row(y));
            else if (y == last) woven.Row(y - 1).CopyTo(picture.Row(y));
            else Mean(woven.Row(y - 1), woven.Row(y + 1), picture.Row(y));
        }
    }

    // Eight pixels at a time: a + b = 2 (a and b) + (a xor b), so that the halved sum needs no ninth bit. Halves are rounded down.
    private static void Mean(ReadOnlySpan<byte> above, ReadOnlySpan<byte> below, Span<byte> mean)
    {
        ReadOnlySpan<ulong> a = MemoryMarshal.Cast<byte, ulong>(above), b = MemoryMarshal.Cast<byte, ulong>(below);
        Span<ulong> to = MemoryMarshal.Cast<byte, ulong>(mean);
        for (int i = 0; i < to.Length; i++) to[i] = (a[i] & b[i]) + (((a[i] ^ b[i]) & WithoutLowBits) >> 1);
        for (int i = 8 * to.Length; i < mean.Length; i++) mean[i] = (byte)((above[i] + below[i]) >> 1);
    }
}
