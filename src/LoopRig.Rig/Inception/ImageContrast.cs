using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.Inception;

/// <summary>Brings images, 0 black to 1 white, to the screen's gray as their mean and to one contrast: the standard deviation of the whole frame.</summary>
internal static class ImageContrast
{
    /// <summary>The screen's gray, 0 to 1.</summary>
    public const double Gray = Pattern.Gray;

    private const int Rounds = 40;
    private const double Near = 1e-4;

    /// <summary>The same picture at a mean of gray and a contrast, within what the screen can show: what would lie beyond black or white is cut, and the rest raised for it.</summary>
    /// <param name="image">Pixels in any unit.</param>
    /// <param name="contrast">Standard deviation asked for. A picture that is all but gray may not reach it; a flat one stays flat.</param>
    public static float[] Match(ReadOnlySpan<float> image, double contrast)
    {
        var (mean, deviation) = Moments(image);
        var matched = new float[image.Length];
        if (deviation < 1e-9)
        {
            Array.Fill(matched, (float)Gray);
            return matched;
        }
        var (scale, offset) = (contrast / deviation, Gray);
        for (var round = 0; round < Rounds; round++)
        {
            for (var at = 0; at < image.Length; at++)
            {
                matched[at] = (float)Math.Clamp(offset + scale * (image[at] - mean), 0, 1);
            }
            var (m, d) = Moments(matched);
            if (Math.Abs(m - Gray) < Near && Math.Abs(d - contrast) < Near * contrast)
            {
                break;
            }
            offset += Gray - m;
            scale *= Math.Clamp(contrast / Math.Max(d, 1e-9), 0.5, 2);
        }
        return matched;
    }

    /// <summary>Mean and standard deviation of all pixels.</summary>
    public static (double Mean, double Deviation) Moments(ReadOnlySpan<float> image)
    {
        double sum = 0, squares = 0;
        foreach (var pixel in image)
        {
            sum += pixel;
            squares += (double)pixel * pixel;
        }
        var mean = sum / image.Length;
        return (mean, Math.Sqrt(Math.Max(0, squares / image.Length - mean * mean)));
    }

    /// <summary>The pixels as the screen gets them, 0 to 255.</summary>
    public static byte[] ToBytes(ReadOnlySpan<float> image)
    {
        var bytes = new byte[image.Length];
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = (byte)Math.Clamp(Math.Round(255.0 * image[at]), 0, 255);
        }
        return bytes;
    }
}
