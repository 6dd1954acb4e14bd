using System.Numerics;

namespace LoopRig.Simulation.World;

/// <summary>
/// A square-texel reflectance map (0 black to 1 white) with its mip levels. Sizes are powers of two and coordinates wrap, so that a
/// sample needs no bounds test of its own.
/// </summary>
public sealed class Texture
{
    private readonly byte[][] _levels;          // bytes keep the whole arena in the cache of one core
    private readonly int _widthBits;
    private readonly int _heightBits;

    /// <summary>Takes <paramref name="texels"/> (row-major, height x width) as the finest level and averages the coarser ones.</summary>
    /// <exception cref="ArgumentException">A size is not a power of two, or does not match the array.</exception>
    public Texture(float[] texels, int width, int height)
    {
        if (!BitOperations.IsPow2(width) || !BitOperations.IsPow2(height) || texels.Length != width * height)
            throw new ArgumentException($"A texture of {width} x {height} needs power-of-two sides and {width * height} texels.", nameof(texels));
        _widthBits = BitOperations.Log2((uint)width);
        _heightBits = BitOperations.Log2((uint)height);
        _levels = new byte[Math.Min(_widthBits, _heightBits) + 1][];
        for (int level = 0; level < _levels.Length; level++)
        {
            _levels[level] = [.. texels.Select(texel => (byte)Math.Clamp(texel * 255 + 0.5f, 0, 255))];
            texels = Halve(texels, width >> level, height >> level);
        }
    }

    /// <summary>Texels across.</summary>
    public int Width => 1 << _widthBits;

    /// <summary>Texels down.</summary>
    public int Height => 1 << _heightBits;

    /// <summary>
    /// The reflectance at (<paramref name="u"/>, <paramref name="v"/>) in texels of the finest level, averaged over about
    /// <paramref name="footprint"/> texels: bilinear in the nearest mip level.
    /// </summary>
    public float Sample(float u, float v, float footprint)
    {
        int level = footprint <= 1 ? 0 : Math.Min((int)(BitConverter.SingleToUInt32Bits(footprint * 1.41f) >> 23) - 127, _levels.Length - 1);
        float scale = BitConverter.UInt32BitsToSingle((uint)(127 - level) << 23);
        float x = u * scale - 0.5f, y = v * scale - 0.5f;
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        float right = x - column, down = y - row;
        int widthMask = (1 << (_widthBits - level)) - 1, heightMask = (1 << (_heightBits - level)) - 1;
        int shift = _widthBits - level;
        int top = (row & heightMask) << shift, bottom = ((row + 1) & heightMask) << shift;
        int left = column & widthMask, next = (column + 1) & widthMask;
        byte[] texels = _levels[level];
        float upper = texels[top | left] + right * (texels[top | next] - texels[top | left]);
        float lower = texels[bottom | left] + right * (texels[bottom | next] - texels[bottom | left]);
        return (upper + down * (lower - upper)) * (1 / 255f);
    }

    private static float[] Halve(float[] texels, int width, int height)
    {
        var half = new float[width / 2 * (height / 2)];
        for (int row = 0; row < height / 2; row++)
        {
            for (int column = 0; column < width / 2; column++)
            {
                int at = 2 * row * width + 2 * column;
                half[row * (width / 2) + column] = 0.25f * (texels[at] + texels[at + 1] + texels[at + width] + texels[at + width + 1]);
            }
        }
        return half;
    }
}
