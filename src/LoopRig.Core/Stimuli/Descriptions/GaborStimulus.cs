namespace LoopRig.Core.Stimuli;

/// <summary>
/// Drifting Gabors: a trial is a row of filters of one second each, every one at a random position with random direction, phase and frequencies
/// (Wang et al. 2025: 10 x 1 s, sd 16.4 degrees). The published ranges of the frequencies are not known; the lists below are ours.
/// </summary>
public sealed record GaborStimulus : StimulusDescription
{
    /// <summary>Filters of a trial.</summary>
    [Within(1, 10000)]
    public int Filters { get; init; } = 10;

    /// <summary>How long each stays, s.</summary>
    [Within(0.01, 3600)]
    public double FilterSeconds { get; init; } = 1;

    /// <summary>Standard deviation of the envelope, degrees.</summary>
    [Within(0.1, 180)]
    public double SigmaDeg { get; init; } = 16.4;

    /// <summary>0 to 1.</summary>
    [Within(0, 1)]
    public double Contrast { get; init; } = 1;

    /// <summary>Directions of motion that are drawn from (0 to the right, 90 upwards); absent: any.</summary>
    [Within(-360, 360)]
    public double[]? DirectionsDeg { get; init; }

    /// <summary>Phases that are drawn from; absent: any.</summary>
    [Within(-360, 360)]
    public double[]? PhasesDeg { get; init; }

    /// <summary>Spatial frequencies that are drawn from, cycles a degree.</summary>
    [Within(0, 10)]
    public double[] SpatialFrequenciesCpd { get; init; } = [0.02, 0.04, 0.08, 0.16];

    /// <summary>Temporal frequencies that are drawn from, Hz.</summary>
    [Within(0, 500)]
    public double[] TemporalFrequenciesHz { get; init; } = [0.5, 1, 2, 4];

    /// <summary>Fixes the position, degrees to the right; absent: anywhere on the screen.</summary>
    [Within(-180, 180)]
    public double? AzimuthDeg { get; init; }

    /// <summary>Fixes the position, degrees upwards; absent: anywhere on the screen.</summary>
    [Within(-90, 90)]
    public double? ElevationDeg { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        for (var i = 0; i < Filters; i++)
        {
            var place = plan.RandomPlace();
            var direction = DirectionsDeg is { Length: > 0 } ? plan.RandomOf(DirectionsDeg) : plan.Random.Uniform(0, 360);
            var phase = PhasesDeg is { Length: > 0 } ? plan.RandomOf(PhasesDeg) : plan.Random.Uniform(0, 360);
            var (spatial, temporal) = (plan.RandomOf(SpatialFrequenciesCpd), plan.RandomOf(TemporalFrequenciesHz));
            plan.CheckFrequencies(spatial, temporal);
            plan.Add(FilterSeconds, new GratingPattern
            {
                Centre = new VisualAngle(AzimuthDeg ?? place.AzimuthDeg, ElevationDeg ?? place.ElevationDeg),
                SigmaDeg = SigmaDeg,
                Components = [new GratingComponent(direction, spatial, temporal, phase, Contrast)],
            });
        }
    }
}
