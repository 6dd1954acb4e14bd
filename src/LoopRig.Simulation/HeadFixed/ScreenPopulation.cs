using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>Draws the neurons of a head-fixed mouse over its monitor, and calibrates them.</summary>
internal sealed class ScreenPopulation
{
    private const int CalibrationBins = 5000;       // four minutes, five hundred pictures
    private const float SemiSaturation = 3;
    private const int BehaviourSignalCount = 2;     // running and arousal: head and eye hold still
    private const double Margin = 0.18;             // of the screen's width and height, in which no receptive field has its centre

    private readonly CalibratedPopulation _calibrated;

    /// <summary>Takes about a second.</summary>
    /// <param name="count">Neurons.</param>
    /// <param name="seed">Which animal.</param>
    /// <param name="geometry">The monitor before it.</param>
    /// <param name="height">Rows of the pictures that it will see.</param>
    /// <param name="width">Columns of them.</param>
    public ScreenPopulation(int count, ulong seed, MonitorGeometry geometry, int height, int width)
    {
        var random = new SeededRandom(seed, "screen units");
        ScreenUnit[] drawn = [.. Enumerable.Range(0, count).Select(index => Draw(random, index, geometry))];
        ReceptiveField[] fields = [.. drawn.Select(unit => new ReceptiveField(unit, geometry, height, width))];
        UnitTruth[] units = [.. drawn.Select(unit => unit.Unit)];
        // Any other seed: the recorded mouse must not be the rehearsing one.
        var sight = new ScreenSight(seed ^ 0x5EC0DA17, height, width);
        var rehearsal = new Rehearsal(units, () => new VisualDrive(units, fields, height * width, SemiSaturation), sight, CalibrationBins * Cortex.TicksPerBin);
        _calibrated = CortexBuilder.Calibrate(units, rehearsal, seed);
        // Twice the same pictures, and another behaviour beside them.
        BinTruth[] once = rehearsal.Play(Create(seed)), again = rehearsal.Play(Create(~seed), CalibrationBins * Cortex.TicksPerBin / 2);
        Units = [.. drawn.Select((unit, index) => unit with { Unit = _calibrated.Units[index], Reliability = Reliability(Expected(once, index), Expected(again, index)) })];
    }

    /// <summary>The neurons.</summary>
    public IReadOnlyList<ScreenUnit> Units { get; }

    /// <summary>Their cortex at rest.</summary>
    public Cortex Create(ulong spikeSeed) => _calibrated.Create(spikeSeed);

    private static ScreenUnit Draw(SeededRandom random, int index, MonitorGeometry geometry)
    {
        bool complex = random.Uniform() < 0.4;
        double sigma = random.Uniform(4.5, 7), frequency = random.Uniform(0.35, 0.48) / sigma, orientation = random.Uniform(0, 180);
        VisualAngle centre = geometry.AngleOf(new ScreenPoint(
            random.Uniform(-1 + 2 * Margin, 1 - 2 * Margin), geometry.Aspect * random.Uniform(-1 + 2 * Margin, 1 - 2 * Margin)));
        double elongation = random.Uniform(1, 1.4), phase = random.Uniform(0, 360);
        var unit = new UnitTruth
        {
            Id = $"unit{index:D3}",
            Kind = complex ? UnitKind.Complex : UnitKind.Simple,
            CentreRightDeg = centre.AzimuthDeg,
            CentreUpDeg = centre.ElevationDeg,
            OrientationDeg = orientation,
            CyclesPerDegree = frequency,
            SigmaDeg = sigma,
            Elongation = elongation,
            PhaseDeg = phase,
            Transience = random.Uniform(0, 0.2),
            Baseline = random.Uniform(0.05, 0.2),
            MeanRateHz = Math.Clamp(8 * Math.Exp(random.Normal(0, 0.35)), 4, 16),
            GainWeights = CortexBuilder.DrawWeights(random, 0.15, 0.12, BehaviourSignalCount),
            OffsetWeights = CortexBuilder.DrawWeights(random, 0.06, 0.03, BehaviourSignalCount),
            Suppression = random.Uniform(0.01, 0.05),
        };
        // At one end of the bars, on either side, the bars turn by 50 to 90 degrees.
        double reach = (random.Uniform() < 0.5 ? 1 : -1) * random.Uniform(1.2, 1.6) * sigma * elongation, turn = (random.Uniform() < 0.5 ? 1 : -1) * random.Uniform(50, 90);
        (double sin, double cos) = Math.SinCos(orientation * Math.PI / 180);
        VisualAngle beside = geometry.AngleOf(geometry.PointAbout(centre, new VisualAngle(reach * cos, reach * sin)));
        var flank = new GaborPatch(beside, (orientation + turn + 360) % 180, frequency * random.Uniform(0.9, 1.15), 0.85 * sigma, 1, random.Uniform(0, 360));
        return new ScreenUnit { Unit = unit, Flank = new FieldFlank(flank, random.Uniform(0.55, 0.75)), Picture = PictureField.Of(unit, geometry) };
    }

    // Expected counts of each showing of a picture.
    private static double[] Expected(BinTruth[] bins, int unit)
    {
        const int Bins = ScreenSight.PictureTicks / Cortex.TicksPerBin;
        double[] expected = new double[bins.Length / Bins];
        for (int bin = 0; bin < expected.Length * Bins; bin++)
            expected[bin / Bins] += bins[bin].Expected[unit];
        return expected;
    }

    // Of counts: Poisson draws add their mean to each variance and nothing to the covariance.
    private static double Reliability(double[] once, double[] again)
    {
        double mean = once.Average(), otherMean = again.Average(), covariance = 0, variance = mean, otherVariance = otherMean;
        for (int picture = 0; picture < once.Length; picture++)
        {
            covariance += (once[picture] - mean) * (again[picture] - otherMean) / once.Length;
            variance += (once[picture] - mean) * (once[picture] - mean) / once.Length;
            otherVariance += (again[picture] - otherMean) * (again[picture] - otherMean) / once.Length;
        }
        return mean <= 0 || otherMean <= 0 ? 0 : Math.Max(0, covariance / Math.Sqrt(variance * otherVariance));
    }
}
