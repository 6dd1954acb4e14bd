using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.World;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class CortexTests
{
    private const int Bins = 2500;
    private static readonly Lazy<(Cortex Cortex, BinTruth[] Bins)> s_recording = new(() => Record(1));

    [Fact]
    public void Counts_GivenTheirExpectation_ScatterAsPoisson()
    {
        (Cortex cortex, BinTruth[] bins) = s_recording.Value;
        double squares = 0, expected = 0;
        foreach (BinTruth bin in bins)
        {
            for (int unit = 0; unit < cortex.Units.Count; unit++)
            {
                squares += Square(bin.Counts[unit] - bin.Expected[unit]);
                expected += bin.Expected[unit];
            }
        }
        Assert.InRange(squares / expected, 0.97, 1.03);
    }

    [Fact]
    public void Counts_OfEachUnit_FireAtPlausibleRates()
    {
        (Cortex cortex, BinTruth[] bins) = s_recording.Value;
        for (int unit = 0; unit < cortex.Units.Count; unit++)
            Assert.InRange(bins.Average(bin => bin.Counts[unit]) / (Cortex.BinNs / 1e9), 1, 30);
        double[] rates = [.. Enumerable.Range(0, cortex.Units.Count).Select(unit => bins.Average(bin => bin.Counts[unit]) / (Cortex.BinNs / 1e9))];
        Assert.InRange(rates.Average(), 5, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void BehaviourShare_OfADefaultPopulation_IsSmallForMostAndLargeForSome(ulong seed)
    {
        double[] shares = [.. CortexBuilder.Build(new Arena(seed), 48, seed, seed).Units.Select(unit => unit.BehaviourShare).Order()];
        Assert.True(shares[shares.Length / 2] < 0.3);
        Assert.True(shares[^4] > 0.3);
    }

    [Fact]
    public void BehaviourShare_Declared_IsFoundAgainInTheRecordedTruth()
    {
        (Cortex cortex, BinTruth[] bins) = s_recording.Value;
        double difference = 0;
        for (int unit = 0; unit < cortex.Units.Count; unit++)
        {
            double share = BehaviourShare.Of([.. bins.Select(bin => bin.Drive[unit])], [.. bins.Select(bin => bin.Gain[unit])], [.. bins.Select(bin => bin.Offset[unit])]);
            difference += Math.Abs(share - cortex.Units[unit].BehaviourShare) / cortex.Units.Count;
        }
        Assert.InRange(difference, 0, 0.06);
    }

    [Fact]
    public void BehaviourShare_ConstantBehaviour_IsNone()
        => Assert.Equal(0, BehaviourShare.Of([1, 2, 3, 4, 5, 2, 7, 1, 9], [1, 1, 1, 1, 1, 1, 1, 1, 1], new float[9]));

    [Fact]
    public void BehaviourShare_ConstantVision_IsAll()
    {
        var random = new SeededRandom(1, "test");
        var drive = new float[20000];
        Array.Fill(drive, 1f);
        float[] gain = [.. Enumerable.Range(0, 20000).Select(_ => (float)random.Uniform(0.5, 1.5))];
        Assert.Equal(1, BehaviourShare.Of(drive, gain, new float[20000]), 0.03);
    }

    [Fact]
    public void Ceiling_Declared_IsTheCorrelationOfExpectationAndCounts()
    {
        (Cortex cortex, BinTruth[] bins) = s_recording.Value;
        double found = 0;
        for (int unit = 0; unit < cortex.Units.Count; unit++)
            found += Core.Correlation.Pearson([.. bins.Select(bin => bin.Expected[unit])], [.. bins.Select(bin => (float)bin.Counts[unit])]);
        Assert.Equal(cortex.Units.Average(unit => unit.CeilingSingleBin), found / cortex.Units.Count, 0.06);
    }

    [Fact]
    public void SpikeTriggeredAverage_OnNoise_RecoversASimpleCellsField()
    {
        var arena = new Arena(1);
        Cortex cortex = CortexBuilder.Build(arena, 24, 1, 1);
        int unit = cortex.Units.ToList().FindIndex(truth => truth.Kind == UnitKind.Simple && truth.Transience < 0.3);
        var random = new SeededRandom(9, "noise");
        float[] noise = new float[Retina.Height * Retina.Width], before = new float[noise.Length], average = new float[noise.Length];
        double mean = 0;
        for (int bin = 0; bin < 12000; bin++)
        {
            for (int pixel = 0; pixel < noise.Length; pixel++)
                noise[pixel] = (float)random.Normal();
            while (!cortex.Tick(noise, default))
            {
            }
            int count = cortex.LastBin.Counts[unit];
            mean += (count - mean) / (bin + 1);
            // The pathway's lag puts most of the response into the bin after the image, some into its own.
            for (int pixel = 0; pixel < noise.Length; pixel++)
                average[pixel] += (float)(count - mean) * (before[pixel] + 0.5f * noise[pixel]);
            noise.CopyTo(before, 0);
        }
        var field = new float[noise.Length];
        new ReceptiveField(cortex.Units[unit], Retina.Height, Retina.Width, Retina.DegreesPerPixel).AddPreferred(field, 1);
        Assert.True(Core.Correlation.Pearson(average, field) > 0.7);
    }

    private static (Cortex, BinTruth[]) Record(ulong seed)
    {
        var arena = new Arena(seed);
        Cortex cortex = CortexBuilder.Build(arena, 48, seed, seed);
        var mouse = new Mouse(arena, seed);
        var retina = new Retina(arena);
        var bins = new List<BinTruth>();
        for (int tick = 0; bins.Count < Bins; tick++)
        {
            MouseState state = mouse.At(tick * Cortex.TickNs);
            retina.Look(state, Cortex.TickNs / 1e9f);
            mouse.Luminance = retina.MeanLuminance;
            if (!cortex.Tick(retina.Contrast, state))
                continue;
            bins.Add(new BinTruth(cortex.Units.Count));
            bins[^1].CopyFrom(cortex.LastBin);
        }
        return (cortex, [.. bins]);
    }

    private static double Square(double x) => x * x;
}
