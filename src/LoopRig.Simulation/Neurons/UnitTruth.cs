namespace LoopRig.Simulation.Neurons;

/// <summary>Everything that makes one simulated neuron what it is. Angles are in degrees of visual field, in the frame of the eye.</summary>
public sealed record UnitTruth
{
    /// <summary>Name of the unit, as the activity stream's channels give it.</summary>
    public required string Id { get; init; }

    /// <summary>Simple or complex.</summary>
    public required UnitKind Kind { get; init; }

    /// <summary>Centre of the receptive field, to the right of the eye's axis.</summary>
    public required double CentreRightDeg { get; init; }

    /// <summary>Centre of the receptive field, above the eye's axis.</summary>
    public required double CentreUpDeg { get; init; }

    /// <summary>Direction along the bars of the preferred grating, counter-clockwise from horizontal on the image.</summary>
    public required double OrientationDeg { get; init; }

    /// <summary>Preferred spatial frequency.</summary>
    public required double CyclesPerDegree { get; init; }

    /// <summary>Standard deviation of the envelope across the bars.</summary>
    public required double SigmaDeg { get; init; }

    /// <summary>Standard deviation along the bars over that across them.</summary>
    public required double Elongation { get; init; }

    /// <summary>Phase of the Gabor (of the first of the pair for a complex cell): 0 = bright centre.</summary>
    public required double PhaseDeg { get; init; }

    /// <summary>Share of the sustained response that adapts away within 0.2 s.</summary>
    public required double Transience { get; init; }

    /// <summary>Visual drive without any stimulus; the mean of the drive is 1.</summary>
    public required double Baseline { get; init; }

    /// <summary>Mean firing rate aimed at, spikes/s.</summary>
    public required double MeanRateHz { get; init; }

    /// <summary>Weights of the behaviour signals (<see cref="BehaviourSignals.Names"/>) in the logarithm of the multiplicative gain.</summary>
    public required double[] GainWeights { get; init; }

    /// <summary>Weights of the behaviour signals in the additive term, in units of mean visual drive.</summary>
    public required double[] OffsetWeights { get; init; }

    /// <summary>Log suppression of the rate by each recent spike (decay 0.1 s).</summary>
    public required double Suppression { get; init; }

    /// <summary>Spikes/s for a total drive of 1; set by calibration so that the mean rate comes out.</summary>
    public double RatePerDrive { get; init; }

    /// <summary>Share of the variance of the rate (48 ms bins) that goes when behaviour is shuffled against vision: 0 none, 1 all (total effect, Jansen 1999).</summary>
    public double BehaviourShare { get; init; }

    /// <summary>Expected correlation of a perfect prediction of the rate with the counts, single 48 ms bins.</summary>
    public double CeilingSingleBin { get; init; }

    /// <summary>The same after the 2 s boxcar.</summary>
    public double CeilingBoxcar { get; init; }
}
