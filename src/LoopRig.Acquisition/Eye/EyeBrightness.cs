using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// The brightness of the pupil, in which the darkest half percent of a picture of an eye lies, and of the iris, the most frequent one clearly above it.
/// </summary>
internal sealed class EyeBrightness
{
    private const double DarkestPart = 0.005;
    private const int LeastContrast = 24;
    private const int Smoothing = 4;

    private readonly int[] _histogram = new int[256];

    /// <summary>Both, 0 to 255; the same twice in a picture without contrast.</summary>
    internal (int Pupil, int Iris) Of(ImageView grey)
    {
        Array.Clear(_histogram);
        for (int y = 0; y < grey.Height; y++)
        {
            foreach (byte value in grey.Row(y)) _histogram[value]++;
        }

        int dark = Darkest(grey.Width * grey.Height);
        int iris = Iris(dark + LeastContrast);
        return (dark, iris < 0 ? dark : iris);
    }

    private int Darkest(int pixels)
    {
        int seen = 0, level = 0;
        for (; level < 255; level++)
        {
            seen += _histogram[level];
            if (seen > pixels * DarkestPart) break;
        }

        return level;
    }

    // Saturated pixels are fur and reflections, never iris.
    private int Iris(int from)
    {
        int best = -1, most = 0;
        for (int level = from + Smoothing; level < 250 - Smoothing; level++)
        {
            int sum = 0;
            for (int i = -Smoothing; i <= Smoothing; i++) sum += _histogram[level + i];
            if (sum > most) (best, most) = (level, sum);
        }

        return best;
    }
}
