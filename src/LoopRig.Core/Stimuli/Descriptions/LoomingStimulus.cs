namespace LoopRig.Core.Stimuli;

/// <summary>
/// A disc that grows as something that comes near: evenly (Yilmaz and Meister 2013, doi 10.1016/j.cub.2013.08.015: 2 to 20 degrees in 250 ms, then it
/// stays 250 ms), or as an object of half size l that approaches at speed v.
/// </summary>
public sealed record LoomingStimulus : StimulusDescription
{
    /// <summary>How often.</summary>
    [Within(1, 10000)]
    public int Count { get; init; } = 5;

    /// <summary>Diameter at its start, degrees.</summary>
    [Within(0, 170)]
    public double FromDeg { get; init; } = 2;

    /// <summary>Diameter at its end, degrees.</summary>
    [Within(0, 170)]
    public double ToDeg { get; init; } = 20;

    /// <summary>How long it grows evenly, s; with <see cref="SizeOverSpeedMs"/> that decides instead.</summary>
    [Within(0.01, 60)]
    public double GrowSeconds { get; init; } = 0.25;

    /// <summary>l/v of an approaching object, ms: the diameter is 2 atan((l/v) / time to collision). Absent: it grows evenly.</summary>
    [Within(1, 10000)]
    public double? SizeOverSpeedMs { get; init; }

    /// <summary>How long it stays, s.</summary>
    [Within(0, 60)]
    public double HoldSeconds { get; init; } = 0.25;

    /// <summary>Gray after it, s.</summary>
    [Within(0, 600)]
    public double BlankSeconds { get; init; } = 0.5;

    /// <summary>1 white, -1 black.</summary>
    [Within(-1, 1)]
    public double Contrast { get; init; } = -1;

    /// <summary>Its centre, degrees to the right; absent: the screen's middle.</summary>
    [Within(-180, 180)]
    public double? AzimuthDeg { get; init; }

    /// <summary>Its centre, degrees upwards; absent: the screen's middle.</summary>
    [Within(-90, 90)]
    public double? ElevationDeg { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        if (ToDeg <= FromDeg)
        {
            throw plan.Error("toDeg", FormattableString.Invariant($"a disc from {FromDeg} to {ToDeg} degrees does not loom"));
        }
        var middle = plan.Geometry.Middle;
        var centre = new VisualAngle(AzimuthDeg ?? middle.AzimuthDeg, ElevationDeg ?? middle.ElevationDeg);
        var radii = Radii(plan);
        for (var i = 0; i < Count; i++)
        {
            plan.AddFrames(radii.Length, new DiscPattern(centre, radii, Contrast));
            if (HoldSeconds > 0)
            {
                plan.Add(HoldSeconds, new DiscPattern(centre, [(float)(ToDeg / 2)], Contrast), "hold");
            }
            plan.Gray(BlankSeconds);
        }
    }

    // Of an approach the time to collision at a diameter d is (l/v) / tan(d/2).
    private float[] Radii(PlanBuilder plan)
    {
        if (SizeOverSpeedMs is not { } ratioMs)
        {
            var even = plan.FramesOf(GrowSeconds);
            return [.. Enumerable.Range(0, even).Select(i => (float)((FromDeg + (ToDeg - FromDeg) * i / even) / 2))];
        }
        var ratio = ratioMs / 1000;
        var (begin, end) = (ratio / Math.Tan(Radians(FromDeg / 2)), ratio / Math.Tan(Radians(ToDeg / 2)));
        if (!(begin - end < 600))
        {
            throw plan.Error("fromDeg", "the approach takes more than 10 minutes; begin with a larger disc");
        }
        return [.. Enumerable.Range(0, plan.FramesOf(begin - end)).Select(i => (float)(Math.Atan(ratio / (begin - i / plan.RefreshHz)) * 180 / Math.PI))];
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
