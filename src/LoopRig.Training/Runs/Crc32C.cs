using System.Numerics;

namespace LoopRig.Training;

/// <summary>Castagnoli's CRC, as TFRecord files use it.</summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The CRC turned right by 15 bits plus a constant, so that a CRC of data that hold CRCs is not degenerate (LevelDB's and TFRecord's mask).</summary>
    internal static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Of(data);
        return BitOperations.RotateRight(crc, 15) + MaskDelta;
    }

    internal static uint Of(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
