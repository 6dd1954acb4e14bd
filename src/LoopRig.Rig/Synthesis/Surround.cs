namespace LoopRig.Rig.Synthesis;

/// <summary>Measures a neuron's response around an image: turned, moved, resized, and at other contrasts.</summary>
/// <param name="shown">Mean and contrast that all of them have, but those of the contrast sweep.</param>
/// <param name="height">Rows.</param>
/// <param name="width">Columns.</param>
internal sealed class Surround(Shown shown, int height, int width)
{
    private static readonly double[] s_turns = [.. Enumerable.Range(-6, 13).Select(static i => 15.0 * i)];
    private static readonly double[] s_shifts = [.. Enumerable.Range(-6, 13).Select(static i => i / 48.0)];        // of the width
    private static readonly double[] s_scales = [0.4, 0.5, 0.63, 0.8, 0.9, 1, 1.12, 1.25, 1.6, 2];
    private static readonly double[] s_contrasts = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 1.75, 2];

    /// <summary>The images whose responses <see cref="Curves"/> takes, in its order.</summary>
    /// <param name="image">As shown.</param>
    /// <param name="gabor">Whose centre it turns and grows about; null: the image's.</param>
    public IEnumerable<float[]> Images(float[] image, Gabor? gabor)
    {
        double x = Math.Clamp(gabor?.X ?? width / 2.0, 0, width - 1), y = Math.Clamp(gabor?.Y ?? height / 2.0, 0, height - 1);
        var background = (float)shown.Contrast.Mean;
        foreach (var motion in s_turns.Select(static turn => new ImageMotion(turn, 1, 0, 0))
            .Concat(s_shifts.Select(shift => new ImageMotion(0, 1, shift * width, 0)))
            .Concat(s_shifts.Select(shift => new ImageMotion(0, 1, 0, shift * width)))
            .Concat(s_scales.Select(static scale => new ImageMotion(0, scale, 0, 0))))
        {
            yield return shown.Bring(motion.Apply(image, height, width, x, y, background));
        }
        foreach (var contrast in Contrasts(image))
        {
            yield return contrast;
        }
    }

    /// <summary>The images of a contrast sweep; what lies beyond black or white is cut.</summary>
    public IEnumerable<float[]> Contrasts(float[] image)
        => s_contrasts.Select(factor => shown.Units.ToNetwork(shown.Units.ToPixels(shown.Contrast.Scaled(image, factor))));

    /// <summary>The curves of the responses to <see cref="Images"/>.</summary>
    public ResponseCurve[] Curves(ReadOnlySpan<double> responses)
    {
        var (turns, shifts, scales) = (s_turns.Length, s_shifts.Length, s_scales.Length);
        return
        [
            new ResponseCurve("turned", "degrees", s_turns, responses[..turns].ToArray()),
            new ResponseCurve("moved to the right", "of the width", s_shifts, responses.Slice(turns, shifts).ToArray()),
            new ResponseCurve("moved down", "of the width", s_shifts, responses.Slice(turns + shifts, shifts).ToArray()),
            new ResponseCurve("enlarged", "times", s_scales, responses.Slice(turns + 2 * shifts, scales).ToArray()),
            ContrastCurve(responses[(turns + 2 * shifts + scales)..]),
        ];
    }

    /// <summary>The curve of the responses to <see cref="Contrasts"/>.</summary>
    public static ResponseCurve ContrastCurve(ReadOnlySpan<double> responses) => new("contrast", "of the contrast shown", s_contrasts, responses.ToArray());
}
