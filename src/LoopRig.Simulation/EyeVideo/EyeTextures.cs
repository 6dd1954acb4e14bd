using LoopRig.Core;

namespace LoopRig.Simulation.EyeVideo;

/// <summary>What does not change from frame to frame, computed once: fur, light, the iris's pattern and a store of noise.</summary>
internal sealed class EyeTextures
{
    internal const int IrisSize = 128; // a power of two
    internal const int NoiseSize = 1 << 16;

    private const float FurLevel = 150, FurContrast = 28, IrisContrast = 9;

    internal EyeTextures(EyeCameraOptions options)
    {
        int width = options.Width, height = options.Height;
        Light = new float[width * height];
        Fur = new float[width * height];
        SeededRandom random = new(options.Seed, "eye textures");
        float[] coarse = Smooth(random, 64, 3), fine = Smooth(random, 256, 1);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double across = (double)x / width, down = (double)y / height;
                double light = 1 - (options.Unevenness * ((0.6 * across) + (0.4 * down * down)));
                // Hairs run along one direction: the fine pattern is stretched along it.
                double hair = At(fine, 256, (3 * across) + (1.5 * down), (12 * down) - (6 * across)) + At(coarse, 64, 2 * across, 2 * down);
                Light[(y * width) + x] = (float)light;
                Fur[(y * width) + x] = (float)(light * (FurLevel + (FurContrast * hair)));
            }
        }

        Iris = Smooth(random, IrisSize, 2);
        for (int i = 0; i < Iris.Length; i++) Iris[i] *= IrisContrast;
        Noise = new float[NoiseSize];
        for (int i = 0; i < Noise.Length; i++) Noise[i] = (float)random.Normal(0, options.Noise);
    }

    /// <summary>The light's share at each pixel.</summary>
    internal float[] Light { get; }

    /// <summary>Grey level of the lids and fur at each pixel, light included.</summary>
    internal float[] Fur { get; }

    /// <summary>What the iris's pattern adds, grey levels, repeating.</summary>
    internal float[] Iris { get; }

    /// <summary>Noise, grey levels.</summary>
    internal float[] Noise { get; }

    private static float At(float[] texture, int size, double x, double y)
    {
        int column = (int)(x * size) & (size - 1), row = (int)(y * size) & (size - 1);
        return texture[(row * size) + column];
    }

    // White noise, smoothed along both directions (repeating), with unit deviation.
    private static float[] Smooth(SeededRandom random, int size, int rounds)
    {
        float[] pattern = new float[size * size];
        for (int i = 0; i < pattern.Length; i++) pattern[i] = (float)random.Normal();
        float[] next = new float[pattern.Length];
        for (int round = 0; round < 2 * rounds; round++)
        {
            int step = round % 2 == 0 ? 1 : size;
            for (int i = 0; i < pattern.Length; i++)
                next[i] = (pattern[(i + pattern.Length - step) % pattern.Length] + (2 * pattern[i]) + pattern[(i + step) % pattern.Length]) / 4;
            (pattern, next) = (next, pattern);
        }

        double sum = 0;
        foreach (float value in pattern) sum += value * value;
        float scale = (float)Math.Sqrt(pattern.Length / sum);
        for (int i = 0; i < pattern.Length; i++) pattern[i] *= scale;
        return pattern;
    }
}
