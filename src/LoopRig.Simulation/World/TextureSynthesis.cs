using LoopRig.Core;

namespace LoopRig.Simulation.World;

/// <summary>
/// Draws the arena's surfaces. Natural images have amplitude spectra near 1/f, that is equal contrast in every octave (Field 1987,
/// doi 10.1364/JOSAA.4.002379), and edges by occlusion, which dead leaves with a cubic law of sizes give (Lee, Mumford and Huang 2001).
/// </summary>
public static class TextureSynthesis
{
    private const float GrainStretch = 5;
    private const float CoarsestPeriodTexels = 96;
    private const float FinestPeriodTexels = 3;

    /// <summary>
    /// A texture of mean reflectance <paramref name="mean"/> and standard deviation <paramref name="contrast"/> x mean (before clipping to 0..1).
    /// <paramref name="orientation"/> (rad, direction along the stripes or grain) is ignored by styles without one.
    /// </summary>
    public static Texture Draw(SeededRandom random, TextureStyle style, int width, int height, double mean, double contrast, double orientation)
    {
        var texels = new float[width * height];
        switch (style)
        {
            case TextureStyle.Cloud:
                AddNoise(texels, width, random, orientation, 1, 1);
                break;
            case TextureStyle.Grain:
                AddNoise(texels, width, random, orientation, GrainStretch, 1);
                break;
            case TextureStyle.Leaves:
                PaintLeaves(texels, width, height, random);
                AddNoise(texels, width, random, 0, 1, 0.15f);
                break;
            case TextureStyle.Stripes:
                PaintStripes(texels, width, orientation, (float)random.Uniform(18, 44), (float)random.Uniform());
                AddNoise(texels, width, random, orientation, 1, 0.3f);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(style), style, null);
        }
        Standardise(texels, mean, contrast);
        return new Texture(texels, width, height);
    }

    // Value noise at one octave after another, each with the same amplitude; coordinates are turned and stretched for grain.
    private static void AddNoise(float[] texels, int width, SeededRandom random, double orientation, float stretch, float amplitude)
    {
        float cos = (float)Math.Cos(orientation), sin = (float)Math.Sin(orientation);
        for (float period = CoarsestPeriodTexels; period >= FinestPeriodTexels; period /= 2)
        {
            uint salt = (uint)random.NextBits();
            for (int at = 0; at < texels.Length; at++)
            {
                float x = at % width, y = at / width;
                float along = (x * cos + y * sin) / (period * stretch), across = (y * cos - x * sin) / period;
                texels[at] += amplitude * Lattice(along, across, salt);
            }
        }
    }

    private static float Lattice(float x, float y, uint salt)
    {
        float column = MathF.Floor(x), row = MathF.Floor(y);
        float right = x - column, down = y - row;
        right *= right * (3 - 2 * right);
        down *= down * (3 - 2 * down);
        int i = (int)column, j = (int)row;
        float upper = Hash(i, j, salt) + right * (Hash(i + 1, j, salt) - Hash(i, j, salt));
        float lower = Hash(i, j + 1, salt) + right * (Hash(i + 1, j + 1, salt) - Hash(i, j + 1, salt));
        return upper + down * (lower - upper);
    }

    // Uniform in [-1, 1), the same for the same lattice point.
    private static float Hash(int i, int j, uint salt)
    {
        uint h = salt ^ ((uint)i * 0x9E3779B1u) ^ ((uint)j * 0x85EBCA77u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return (h ^ (h >> 15)) * (2f / 4294967296f) - 1;
    }

    private static void PaintLeaves(float[] texels, int width, int height, SeededRandom random)
    {
        const double Smallest = 3, Largest = 48;
        for (int leaf = 0; leaf < texels.Length / 40; leaf++)
        {
            // Inverse of the cumulative distribution of a density ~ r^-3 between the two radii.
            double u = random.Uniform();
            double radius = 1 / Math.Sqrt(1 / (Smallest * Smallest) - u * (1 / (Smallest * Smallest) - 1 / (Largest * Largest)));
            double cx = random.Uniform(0, width), cy = random.Uniform(0, height);
            double turn = random.Uniform(0, Math.PI), flat = random.Uniform(0.3, 1);
            bool box = random.Uniform() < 0.5;
            float value = (float)random.Uniform(-1, 1);
            (double sin, double cos) = Math.SinCos(turn);
            for (int row = (int)Math.Max(0, cy - radius); row <= Math.Min(height - 1, cy + radius); row++)
            {
                for (int column = (int)Math.Max(0, cx - radius); column <= Math.Min(width - 1, cx + radius); column++)
                {
                    double x = column - cx, y = row - cy;
                    double along = Math.Abs(x * cos + y * sin), across = Math.Abs(y * cos - x * sin) / flat;
                    bool inside = box ? Math.Max(along, across) < 0.7 * radius : along * along + across * across < radius * radius;
                    if (inside)
                        texels[row * width + column] = value;
                }
            }
        }
    }

    private static void PaintStripes(float[] texels, int width, double orientation, float period, float phase)
    {
        float cos = (float)Math.Cos(orientation), sin = (float)Math.Sin(orientation);
        for (int at = 0; at < texels.Length; at++)
        {
            float across = (at / width * cos - at % width * sin) / period + phase;
            texels[at] = across - MathF.Floor(across) < 0.5f ? 1 : -1;
        }
    }

    private static void Standardise(float[] texels, double mean, double contrast)
    {
        double sum = 0, squares = 0;
        foreach (float texel in texels)
        {
            sum += texel;
            squares += (double)texel * texel;
        }
        double centre = sum / texels.Length;
        double scale = contrast * mean / Math.Sqrt(Math.Max(squares / texels.Length - centre * centre, 1e-9));
        for (int at = 0; at < texels.Length; at++)
            texels[at] = (float)Math.Clamp(mean + (texels[at] - centre) * scale, 0.01, 1);
    }
}
