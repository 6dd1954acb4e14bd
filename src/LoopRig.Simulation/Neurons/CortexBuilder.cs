using LoopRig.Core;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// Draws a population and calibrates it: another mouse of the same kind explores the same arena for some minutes, which fixes the scale of each unit's
/// filters and rate and measures its shares and ceilings.
/// </summary>
internal static class CortexBuilder
{
    private const int CalibrationBins = 5000;       // four minutes
    private const int BoxcarBins = 41;              // 2 s

    public static Cortex Build(Arena arena, int unitCount, ulong seed, ulong spikeSeed, double memoryS = 0)
    {
        var random = new SeededRandom(seed, "units");
        UnitTruth[] units = [.. Enumerable.Range(0, unitCount).Select(index => DrawUnit(random, index))];
        // Any other seed: the recorded mouse must not be the rehearsing one.
        var rehearsal = new Rehearsal(units, () => new VisualDrive(units), new ArenaSight(arena, seed ^ 0x5EC0DA17), CalibrationBins * Cortex.TicksPerBin);
        return Calibrate(units, rehearsal, seed, memoryS).Create(spikeSeed);
    }

    /// <summary>Fixes the scale of each unit's filters and rate by a rehearsal, and measures its shares and ceilings.</summary>
    public static CalibratedPopulation Calibrate(UnitTruth[] units, Rehearsal rehearsal, ulong seed, double memoryS = 0)
    {
        double[] responseMean = new double[units.Length];
        Array.Fill(responseMean, 1);
        BinTruth[] bins = rehearsal.Play(new Cortex(units, rehearsal.FreshDrive(), responseMean, new SeededRandom(seed, "rehearsal"), memoryS));
        for (int unit = 0; unit < units.Length; unit++)
            responseMean[unit] = bins.Average(bin => (bin.Drive[unit] - units[unit].Baseline) / (1 - units[unit].Baseline));
        UnitTruth[] measured = [.. units.Select((unit, index) => Measure(unit, index, bins, responseMean[index]))];
        return new CalibratedPopulation(measured, responseMean, rehearsal, memoryS);
    }

    private static UnitTruth DrawUnit(SeededRandom random, int index)
    {
        bool complex = random.Uniform() < 0.65;
        double sigma = complex ? random.Uniform(5, 9) : random.Uniform(4, 7);
        // About one cycle within the envelope: mouse V1 prefers 0.02 to 0.08 cycles per degree (Niell and Stryker 2008).
        double frequency = random.Uniform(0.22, 0.36) / sigma;
        double orientation = random.Uniform() < 0.4 ? 90 * random.Below(2) + random.Normal(0, 12) : random.Uniform(0, 180);
        return new UnitTruth
        {
            Id = $"unit{index:D3}",
            Kind = complex ? UnitKind.Complex : UnitKind.Simple,
            CentreRightDeg = random.Uniform(-26, 26),
            CentreUpDeg = random.Uniform(-18, 20),
            OrientationDeg = orientation,
            CyclesPerDegree = frequency,
            SigmaDeg = sigma,
            Elongation = random.Uniform(1, 1.6),
            PhaseDeg = random.Uniform(0, 360),
            Transience = random.Uniform() < 0.6 ? random.Uniform(0, 0.25) : random.Uniform(0.4, 0.7),
            Baseline = random.Uniform(0.05, 0.25),
            MeanRateHz = Math.Clamp(7.5 * Math.Exp(random.Normal(0, 0.45)), 3, 18),
            GainWeights = DrawWeights(random, 0.24, 0.10, BehaviourSignals.Names.Count),
            OffsetWeights = DrawWeights(random, 0.16, 0.03, BehaviourSignals.Names.Count),
            Suppression = random.Uniform(0.02, 0.12),
        };
    }

    /// <summary>
    /// Few units are ruled by behaviour and most are only tinged by it: a log-normal strength, spread over the first <paramref name="signals"/> signals, run and
    /// arousal mostly raising; the others weigh nothing.
    /// </summary>
    public static double[] DrawWeights(SeededRandom random, double median, double raise, int signals)
    {
        double strength = median * Math.Exp(random.Normal(0, 0.6));
        var weights = new double[BehaviourSignals.Names.Count];
        double length = 0;
        for (int signal = 0; signal < signals; signal++)
        {
            weights[signal] = random.Normal() * (signal < 2 ? 1 : 0.7);
            length += weights[signal] * weights[signal];
        }
        for (int signal = 0; signal < signals; signal++)
            weights[signal] = weights[signal] / Math.Sqrt(length) * strength + (signal < 2 ? raise : 0);
        return weights;
    }

    private static UnitTruth Measure(UnitTruth unit, int index, BinTruth[] bins, double responseMean)
    {
        float[] drive = [.. bins.Select(bin => (float)(unit.Baseline + (bin.Drive[index] - unit.Baseline) / responseMean))];
        float[] gain = [.. bins.Select(bin => bin.Gain[index])], offset = [.. bins.Select(bin => bin.Offset[index])];
        var expected = new float[bins.Length];
        double mean = 0;
        for (int bin = 0; bin < bins.Length; bin++)
        {
            expected[bin] = Math.Max(0, drive[bin] * gain[bin] + offset[bin]);
            mean += expected[bin] / bins.Length;
        }
        // The suppression by the unit's own spikes takes its mean away again, to first order.
        double history = Math.Exp(unit.Suppression * unit.MeanRateHz * (Cortex.BinNs / 1e9) / (Math.Exp(Cortex.BinNs / 1e8) - 1));
        double scale = unit.MeanRateHz / mean * history;
        for (int bin = 0; bin < bins.Length; bin++)
            expected[bin] *= (float)(unit.MeanRateHz / mean * Cortex.BinNs / 1e9);
        return unit with
        {
            RatePerDrive = scale,
            BehaviourShare = BehaviourShare.Of(drive, gain, offset),
            CeilingSingleBin = Ceiling.Of(expected, 1),
            CeilingBoxcar = Ceiling.Of(expected, BoxcarBins),
        };
    }
}
