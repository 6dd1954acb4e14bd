namespace LoopRig.Core.Stimuli;

/// <summary>A round window with a cosine edge: inside the picture, outside gray, between them alpha = (1 + cos(pi r)) / 2.</summary>
public sealed record Aperture
{
    /// <summary>To the edge's middle, degrees.</summary>
    [Within(0.1, 180)]
    public double RadiusDeg { get; init; } = 20;

    /// <summary>Width of the edge, degrees.</summary>
    [Within(0, 90)]
    public double EdgeDeg { get; init; } = 4;

    /// <summary>Its centre, to the right, degrees.</summary>
    [Within(-180, 180)]
    public double AzimuthDeg { get; init; }

    /// <summary>Its centre, upwards, degrees.</summary>
    [Within(-90, 90)]
    public double ElevationDeg { get; init; }

    /// <summary>How much of the picture is seen at a distance from the centre, 0 to 1.</summary>
    public double Alpha(double distanceDeg)
    {
        if (EdgeDeg <= 0)
        {
            return distanceDeg <= RadiusDeg ? 1 : 0;
        }
        return 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp((distanceDeg - RadiusDeg) / EdgeDeg + 0.5, 0, 1)));
    }
}
