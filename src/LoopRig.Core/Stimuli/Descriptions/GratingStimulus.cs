namespace LoopRig.Core.Stimuli;

/// <summary>Drifting gratings, or plaids of two: every combination of direction and frequencies once, in random order.</summary>
public sealed record GratingStimulus : StimulusDescription
{
    /// <summary>Directions of motion, 0 to the right, 90 upwards.</summary>
    [Within(-360, 360)]
    public double[] DirectionsDeg { get; init; } = [0, 45, 90, 135, 180, 225, 270, 315];

    /// <summary>Cycles a degree.</summary>
    [Within(0, 10)]
    public double[] SpatialFrequenciesCpd { get; init; } = [0.04];

    /// <summary>Hz.</summary>
    [Within(0, 500)]
    public double[] TemporalFrequenciesHz { get; init; } = [2];

    /// <summary>The angle between the two gratings of a plaid, which moves between them; absent: single gratings.</summary>
    [Within(-360, 360)]
    public double? PlaidDeg { get; init; }

    /// <summary>0 to 1; of a plaid both together.</summary>
    [Within(0, 1)]
    public double Contrast { get; init; } = 1;

    /// <summary>Square waves in place of cosines.</summary>
    public bool Square { get; init; }

    /// <summary>How long each is shown, s.</summary>
    [Within(0.01, 3600)]
    public double Seconds { get; init; } = 2;

    /// <summary>Gray before each, s.</summary>
    [Within(0, 3600)]
    public double BlankSeconds { get; init; } = 1;

    /// <summary>A round window; absent: the whole screen.</summary>
    public Aperture? Aperture { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var (spatials, temporals) = (SpatialFrequenciesCpd.Length, TemporalFrequenciesHz.Length);
        foreach (var i in plan.RandomOrder(DirectionsDeg.Length * spatials * temporals))
        {
            var (direction, spatial, temporal) = (DirectionsDeg[i / (spatials * temporals)], SpatialFrequenciesCpd[i / temporals % spatials], TemporalFrequenciesHz[i % temporals]);
            plan.CheckFrequencies(spatial, temporal);
            plan.Gray(BlankSeconds);
            plan.Add(Seconds, new GratingPattern
            {
                Centre = plan.Geometry.Middle,
                Components = PlaidDeg is { } angle
                    ? [new(direction - angle / 2, spatial, temporal, 0, Contrast / 2), new(direction + angle / 2, spatial, temporal, 0, Contrast / 2)]
                    : [new(direction, spatial, temporal, 0, Contrast)],
                Square = Square,
                Aperture = Aperture,
            });
        }
    }
}
