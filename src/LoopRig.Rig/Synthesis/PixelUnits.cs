using LoopRig.Core;
using LoopRig.Models.Sensorium;

namespace LoopRig.Rig.Synthesis;

/// <summary>Pixels of the monitor, 0 black to 1 white, and a network's units: (pixel - mean) / deviation.</summary>
/// <param name="Mean">Of pixels, 0..1.</param>
/// <param name="Deviation">Of pixels, 0..1.</param>
/// <param name="Source">Where the two come from, for the reader.</param>
internal sealed record PixelUnits(double Mean, double Deviation, string Source)
{
    /// <summary>Black in the network's units.</summary>
    public double Black => -Mean / Deviation;

    /// <summary>White in the network's units.</summary>
    public double White => (1 - Mean) / Deviation;

    /// <summary>The grey that surrounds: the mean of natural pictures, or middle grey for a network whose pixels are as they are.</summary>
    public double Grey => Mean == 0 ? 0.5 / Deviation : 0;

    /// <summary>
    /// What the network's file says. A file that gives no statistics takes pixels as they are, but for published Sensorium weights: those were trained on normalised images and do not say by what.
    /// </summary>
    public static PixelUnits? Of(InputSpec input, string kind) => input.Mean.Length + input.Std.Length > 0
        ? new PixelUnits(input.Mean.FirstOrDefault(0), input.Std.FirstOrDefault(1), "the network's file")
        : kind == Sensorium2022Spec.KindName ? null : new PixelUnits(0, 1, "the network's file: pixels as they are");

    /// <summary>From pixels 0..255 to the network's units.</summary>
    public float[] ToNetwork(ReadOnlySpan<byte> pixels)
    {
        var units = new float[pixels.Length];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = (float)((pixels[i] / 255.0 - Mean) / Deviation);
        }
        return units;
    }

    /// <summary>From pixels 0..1 to the network's units.</summary>
    public float[] ToNetwork(ReadOnlySpan<float> pixels)
    {
        var units = new float[pixels.Length];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = (float)((pixels[i] - Mean) / Deviation);
        }
        return units;
    }

    /// <summary>To pixels, 0..1; what lies beyond black or white is cut.</summary>
    public float[] ToPixels(ReadOnlySpan<float> units)
    {
        var pixels = new float[units.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)Math.Clamp(units[i] * Deviation + Mean, 0, 1);
        }
        return pixels;
    }

    /// <summary>The nearest of a screen's 256 levels, in the network's units.</summary>
    public float[] Levels(ReadOnlySpan<float> units) => ToNetwork(Array.ConvertAll(ToPixels(units), static pixel => MathF.Round(255 * pixel) / 255));
}
