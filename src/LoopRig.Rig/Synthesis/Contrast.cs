namespace LoopRig.Rig.Synthesis;

/// <summary>
/// Mean and RMS contrast of images in a network's units: the contrast is the standard deviation over the pixels, so that two images of the same mean and
/// contrast also have the same norm.
/// </summary>
/// <param name="Mean">Over the pixels.</param>
/// <param name="Rms">Standard deviation over the pixels.</param>
internal readonly record struct Contrast(double Mean, double Rms)
{
    /// <summary>Measures an image, or all frames of a movie together.</summary>
    public static Contrast Of(ReadOnlySpan<float> image)
    {
        double sum = 0, squares = 0;
        foreach (var value in image)
        {
            sum += value;
        }
        var mean = sum / image.Length;
        foreach (var value in image)
        {
            squares += (value - mean) * (value - mean);
        }
        return new Contrast(mean, Math.Sqrt(squares / image.Length));
    }

    /// <summary>The image scaled and shifted to this mean and contrast; one without any contrast becomes the mean.</summary>
    public float[] Apply(ReadOnlySpan<float> image)
    {
        var (mean, rms) = Of(image);
        var gain = rms > 0 ? Rms / rms : 0;
        var scaled = new float[image.Length];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(Mean + gain * (image[i] - mean));
        }
        return scaled;
    }

    /// <summary>The image with all departures from this mean times a factor.</summary>
    public float[] Scaled(ReadOnlySpan<float> image, double factor)
    {
        var scaled = new float[image.Length];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(Mean + factor * (image[i] - Mean));
        }
        return scaled;
    }
}
