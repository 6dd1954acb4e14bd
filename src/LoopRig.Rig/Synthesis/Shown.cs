namespace LoopRig.Rig.Synthesis;

/// <summary>Brings images to what all are shown with: one mean, one contrast, and nothing beyond black and white.</summary>
/// <param name="Units">Pixels and the network's units.</param>
/// <param name="Contrast">Mean and contrast in the network's units.</param>
internal sealed record Shown(PixelUnits Units, Contrast Contrast)
{
    private const int Rounds = 60;
    private const double Near = 1e-5;

    /// <summary>Mean and contrast in pixels, 0..1.</summary>
    public (double Mean, double Rms) InPixels => (Contrast.Mean * Units.Deviation + Units.Mean, Contrast.Rms * Units.Deviation);

    /// <summary>
    /// The image, or all frames of a movie, at this mean and contrast and within the monitor's range: what would lie beyond black or white is cut, and the rest is raised for it. One that is all but flat
    /// may not reach the contrast, and is never above it.
    /// </summary>
    public float[] Bring(ReadOnlySpan<float> image)
    {
        float low = (float)Units.Black, high = (float)Units.White;
        var best = Clip(Contrast.Apply(image), low, high);
        var (gain, offset) = (1.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var now = Contrast.Of(best);
            if (Math.Abs(now.Mean - Contrast.Mean) < Near && Math.Abs(now.Rms - Contrast.Rms) < Near * Contrast.Rms)
            {
                break;
            }
            gain *= Math.Clamp(Contrast.Rms / Math.Max(now.Rms, 1e-9), 0.5, 2);
            offset += Contrast.Mean - now.Mean;
            best = Clip(new Contrast(Contrast.Mean + offset, Contrast.Rms * gain).Apply(image), low, high);
        }
        return best;
    }

    /// <summary>Share of pixels that lie beyond black or white.</summary>
    public double ShareBeyond(IEnumerable<float[]> images)
    {
        long beyond = 0, all = 0;
        foreach (var image in images)
        {
            foreach (var value in image)
            {
                beyond += value < Units.Black || value > Units.White ? 1 : 0;
            }
            all += image.Length;
        }
        return (double)beyond / Math.Max(1, all);
    }

    private static float[] Clip(float[] image, float low, float high)
    {
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = Math.Clamp(image[i], low, high);
        }
        return image;
    }
}
