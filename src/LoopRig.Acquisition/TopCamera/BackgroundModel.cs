using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// The arena without the mouse, pixel by pixel. It follows slow changes of light everywhere but under the mouse, and there by the change of the whole picture, so
/// that a mouse that sits is not taken into it. The first guess is the first frame with everything removed that is dark and narrower than a mouse.
/// </summary>
internal sealed class BackgroundModel
{
    private const int GainBins = 256;
    private const double GainUnit = 1.0 / 64; // of a bin: gains up to 4
    private const int Stride = 3;             // pixels between two that the gain looks at
    private const float Dark = 4;             // a level that says nothing about a ratio

    private readonly float[] _level;
    private readonly byte[] _seen;
    private readonly int[] _ratios = new int[GainBins];
    private readonly double _seconds;

    /// <param name="pixels">how many</param>
    /// <param name="seconds">time constant of the adaptation, s</param>
    internal BackgroundModel(int pixels, double seconds)
    {
        (_level, _seen, _seconds) = (new float[pixels], new byte[pixels], seconds);
    }

    /// <summary>Brightness of this frame over the background's, the median over the pixels without the mouse.</summary>
    internal double Gain { get; private set; } = 1;

    /// <summary>Forgets everything.</summary>
    internal void Begin(Image withoutMouse)
    {
        ReadOnlySpan<byte> pixels = withoutMouse.Pixels;
        for (int i = 0; i < _level.Length; i++) _level[i] = pixels[i];
        Array.Clear(_seen);
        Gain = 1;
    }

    /// <summary>How much brighter or darker the whole picture is than the background.</summary>
    internal void MeasureGain(Image picture, Image mouse)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels, left = mouse.Pixels;
        Array.Clear(_ratios);
        int count = 0;
        for (int i = 0; i < _level.Length; i += Stride)
        {
            if (left[i] != 0 || _level[i] < Dark || pixels[i] == byte.MaxValue) continue; // a clipped pixel hides how bright it is
            _ratios[Math.Min(GainBins - 1, (int)(pixels[i] / (_level[i] * (float)GainUnit)))]++;
            count++;
        }

        if (count == 0) return;
        int below = 0, bin = 0;
        while (below + _ratios[bin] < (count + 1) / 2) below += _ratios[bin++];
        double inside = ((count / 2.0) - below) / Math.Max(1, _ratios[bin]);
        double gain = (bin + inside) * GainUnit;
        Gain = gain > GainUnit ? gain : 1;
    }

    /// <summary>Marks (255) what is darker than a share of the background, and by more than the noise.</summary>
    internal void Mark(Image picture, double share, double noise, Image mask)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        Span<byte> marks = mask.Pixels;
        float gain = (float)Gain, part = (float)share, least = (float)noise;
        for (int i = 0; i < _level.Length; i++)
        {
            float expected = _level[i] * gain;
            marks[i] = pixels[i] < expected * part && pixels[i] < expected - least ? byte.MaxValue : (byte)0;
        }
    }

    /// <summary>The darkest share of the background among the pixels of a region, as a mean over it.</summary>
    internal double MeanShare(Image picture, Image labels, byte label)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels, marks = labels.Pixels;
        double sum = 0;
        int count = 0;
        for (int i = 0; i < _level.Length; i++)
        {
            if (marks[i] != label) continue;
            sum += pixels[i] / Math.Max(1, _level[i] * Gain);
            count++;
        }

        return count == 0 ? 1 : sum / count;
    }

    /// <summary>Follows the picture where the mouse is not, and the light of the whole picture where it is.</summary>
    internal void Follow(Image picture, Image mouse, double elapsedSeconds)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels, under = mouse.Pixels;
        float slow = (float)(1 - Math.Exp(-Math.Max(0, elapsedSeconds) / _seconds));
        float drift = 1 + (slow * (float)(Gain - 1));
        for (int i = 0; i < _level.Length; i++)
        {
            if (under[i] != 0)
            {
                _level[i] *= drift;
                continue;
            }

            // A pixel that was never free before is taken as it is; then means of ever more frames, until the time constant rules.
            float weight = Math.Max(slow, 1f / (_seen[i] + 1));
            if (_seen[i] < byte.MaxValue) _seen[i]++;
            _level[i] += weight * (pixels[i] - _level[i]);
        }
    }
}
