using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>
/// CRC-32 with zlib's polynomial (0xEDB88320, reflected): the value of Python's <c>zlib.crc32</c>.
/// Sliced by 16: the loop reads sixteen bytes at a time through sixteen tables, about 3 GB/s, so that a 60x80 frame costs under 2 us.
/// </summary>
public static class Crc32
{
    private const uint Polynomial = 0xEDB8_8320;
    private const int Slices = 16;
    private static readonly uint[] s_tables = BuildTables();

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of what <paramref name="crc"/> is the checksum of, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> t = s_tables;
        crc = ~crc;
        while (data.Length >= Slices)
        {
            var a = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            var b = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            var c = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
            var d = BinaryPrimitives.ReadUInt32LittleEndian(data[12..]);
            crc = t[(15 << 8) + (int)(a & 255)] ^ t[(14 << 8) + (int)((a >> 8) & 255)] ^ t[(13 << 8) + (int)((a >> 16) & 255)] ^ t[(12 << 8) + (int)(a >> 24)]
                ^ t[(11 << 8) + (int)(b & 255)] ^ t[(10 << 8) + (int)((b >> 8) & 255)] ^ t[(9 << 8) + (int)((b >> 16) & 255)] ^ t[(8 << 8) + (int)(b >> 24)]
                ^ t[(7 << 8) + (int)(c & 255)] ^ t[(6 << 8) + (int)((c >> 8) & 255)] ^ t[(5 << 8) + (int)((c >> 16) & 255)] ^ t[(4 << 8) + (int)(c >> 24)]
                ^ t[(3 << 8) + (int)(d & 255)] ^ t[(2 << 8) + (int)((d >> 8) & 255)] ^ t[(1 << 8) + (int)((d >> 16) & 255)] ^ t[(int)(d >> 24)];
            data = data[Slices..];
        }
        foreach (var value in data)
        {
            crc = t[(int)((crc ^ value) & 255)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }
            tables[i] = value;
        }
        for (var i = 256; i < tables.Length; i++)
        {
            var previous = tables[i - 256];
            tables[i] = tables[previous & 255] ^ (previous >> 8);
        }
        return tables;
    }
}
