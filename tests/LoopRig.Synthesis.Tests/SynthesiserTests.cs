using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Synthesis.Tests;

public sealed class SynthesiserTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-synthesis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_LinearUnit_FindsItsFilter()
    {
        // A unit that is a filter's product with the image: at a norm its best image is the filter.
        using LinearUnits units = new(8, 3, seed: 1);
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Blur = 0, FourierExponent = 0, KeepInRange = false, Norm = new HardLimit(2, Exact: true), Rate = new Anneal(0.5, 0), Steps = 300 };
        SynthesisResult[] found = new Synthesiser(units.Network, preset, new SynthesisInputs { Grey = 0 }).Run([.. Enumerable.Range(0, 3).Select(u => SynthesisTarget.Of(u, $"unit {u}")), SynthesisTarget.Of(1, "least", least: true)], 3,
            stop: TestContext.Current.CancellationToken);
        for (int u = 0; u < 3; u++)
            Assert.True(Cosine(units.Filter(u), found[u].Image[0]) > 0.999);
        Assert.True(Cosine(units.Filter(1), found[3].Image[0]) < -0.999);
    }

    [Fact]
    public void Run_ManyTargetsAtOnce_FindsWhatOneByOneFinds()
    {
        using INetwork network = Networks.Sensorium();
        SynthesisTarget[] targets = [.. Enumerable.Range(0, 5).Select(u => SynthesisTarget.Of(2 * u, $"unit {2 * u}", least: u == 3))];
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Steps = 30, Repeats = 2, Jitter = 2, Noise = 0.01 };
        SynthesisInputs inputs = new() { Pixels = (0.45, 0.25) };
        SynthesisResult[] together = new Synthesiser(network, preset, inputs).Run(targets, 9, stop: TestContext.Current.CancellationToken);
        SynthesisResult[] alone = new Synthesiser(network, preset, inputs) { ChunkStimuli = 1 }.Run(targets, 9, stop: TestContext.Current.CancellationToken);
        for (int t = 0; t < targets.Length; t++)
        {
            Assert.Equal(2, together[t].SeedActivations.Length);
            Assert.Equal(alone[t].Activation, together[t].Activation, 1e-3);
            Assert.True(Cosine(alone[t].Image[0], together[t].Image[0]) > 0.999);
            Assert.All(together[t].Pixels[0], static pixel => Assert.InRange(pixel, -1e-5f, 1 + 1e-5f));
        }
    }

    [Fact]
    public void Run_StoppedAndRunAgain_GivesTheSameBits()
    {
        using INetwork network = Networks.Sensorium();
        SynthesisTarget[] targets = [.. Enumerable.Range(0, 4).Select(u => SynthesisTarget.Of(u, $"unit {u}"))];
        SynthesisPreset preset = SynthesisPreset.Xu with { Batch = 2, Repeats = 1, Steps = 25, StateSeconds = 0 };
        SynthesisResult[] whole = new Synthesiser(network, preset) { ChunkStimuli = 2 }.Run(targets, 4, stop: TestContext.Current.CancellationToken);
        using CancellationTokenSource ends = new();
        Synthesiser resumed = new(network, preset) { StateFolder = _folder, ChunkStimuli = 2 };
        Assert.Throws<OperationCanceledException>(() => resumed.Run(targets, 4, progress =>
        {
            if (progress.Done == 37) ends.Cancel();
        }, ends.Token));
        long first = 0;
        SynthesisResult[] again = resumed.Run(targets, 4, progress => first = first == 0 ? progress.Done : first, TestContext.Current.CancellationToken);
        Assert.Equal(38, first);
        for (int t = 0; t < targets.Length; t++)
        {
            Assert.Equal(whole[t].Image[0], again[t].Image[0]);
            Assert.Equal(whole[t].Logs[0], again[t].Logs[0]);
        }
        Assert.Contains("belongs to another synthesis", Assert.Throws<SynthesisException>(() => resumed.Run(targets, 5, stop: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PopulationsAndContrasts_DriveWhatTheyName()
    {
        using LinearUnits units = new(8, 4, seed: 2);
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Blur = 0, FourierExponent = 0, KeepInRange = false, Norm = new HardLimit(2, Exact: true), Rate = new Anneal(0.5, 0), Steps = 300 };
        SynthesisTarget mean = SynthesisTarget.MeanOf([0, 1], "both");
        SynthesisTarget against = new() { Label = "0 against 1", Units = [new UnitWeight(0)], Contrast = [[new UnitWeight(1)]] };
        SynthesisTarget soft = against with { Label = "softly", ContrastTemperature = 1.6 };
        SynthesisResult[] found = new Synthesiser(units.Network, preset, new SynthesisInputs { Grey = 0 }).Run([mean, against, soft], 3, stop: TestContext.Current.CancellationToken);
        Assert.True(Cosine([.. units.Filter(0).Zip(units.Filter(1), static (a, b) => a + b)], found[0].Image[0]) > 0.999);
        Assert.True(Cosine([.. units.Filter(0).Zip(units.Filter(1), static (a, b) => a - b)], found[1].Image[0]) > 0.999);
        // d/dx [a - T log mean exp] = a' (1 - p) - b' p ... of two clusters both have the weight 1 - p.
        Assert.True(Cosine([.. units.Filter(0).Zip(units.Filter(1), static (a, b) => a - b)], found[2].Image[0]) > 0.999);
    }

    [Fact]
    public void Run_SeveralSeedsAgainstACluster_KeepsTheOneThatIsBestAgainstIt()
    {
        using LinearUnits units = new(8, 2, seed: 2);
        SynthesisTarget target = new() { Label = "0 against 1", Units = [new UnitWeight(0)], Contrast = [[new UnitWeight(1)]] };
        // Steps too small to move anything: each seed is as good as it was drawn.
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Blur = 0, FourierExponent = 0, KeepInRange = false, Norm = new HardLimit(2, Exact: true), Rate = 1e-9, Steps = 1, Repeats = 12 };
        SynthesisResult found = new Synthesiser(units.Network, preset, new SynthesisInputs { Grey = 0 }).Run([target], 1, stop: TestContext.Current.CancellationToken)[0];
        int[] seeds = [.. Enumerable.Range(0, 12)];
        int best = seeds.MaxBy(seed => found.Logs[seed][0].Score);
        Assert.NotEqual(best, seeds.MaxBy(seed => found.SeedActivations[seed])); // what its own unit answers most is another
        Assert.Equal(found.SeedActivations[best], found.Activation, 1e-5);
    }

    [Fact]
    public void Step_OneImageForANetworkWithAWindow_IsAStill()
    {
        using INetwork network = Networks.Xu(window: 3);
        using SynthesisStepper stepper = new(network, SynthesisPreset.Xu with { Batch = 2, Steps = 2 }, new SynthesisInputs(), [SynthesisTarget.Of(1, "1")], 1);
        stepper.Step();
        Assert.Equal(2 * 20 * 24, stepper.Values()["stimulus"].Length);
        Assert.False(stepper.Finished);
    }

    [Fact]
    public void Run_PublishedNetwork_DrivesUnitsFarAboveNoise()
    {
        using INetwork network = NetworkFile.Load(SharedData.Sensorium);
        int[] units = [12, 345, 6789];
        SynthesisResult[] found = new Synthesiser(network, SynthesisPreset.Inception2019 with { Steps = 60, KeepInRange = false, Rms = new HardLimit(1) })
            .Run([.. units.Select(unit => SynthesisTarget.Of(unit, network.UnitIds[unit]))], 1, stop: TestContext.Current.CancellationToken);
        SeededRandom random = new(3, "noise");
        float[][] noise = [.. Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, 36 * 64).Select(_ => (float)random.Normal()).ToArray())];
        float[][] responses = Activations.Of(network, noise, units, stop: TestContext.Current.CancellationToken);
        for (int u = 0; u < units.Length; u++)
        {
            Assert.True(found[u].Activation > responses.Max(row => row[u]));
            Assert.Equal(found[u].Activation, Activations.Of(network, [found[u].Image[0]], units, stop: TestContext.Current.CancellationToken)[0][u], 1e-3);
            Assert.True(found[u].Logs[0][^1].Score > found[u].Logs[0][0].Score);
        }
    }

    [Theory]
    [InlineData("xu")]
    [InlineData("inception2019")]
    [InlineData("foundation")]
    public void Run_Ended_LeavesNoTensors(string preset)
    {
        using INetwork sensorium = Networks.Sensorium(behaviour: true), xu = Networks.Xu();
        using INetwork foundation = Networks.Foundation();
        long before = LibTorch.LiveTensors;
        foreach (INetwork network in new[] { sensorium, xu, foundation })
        {
            SynthesisPreset recipe = SynthesisPreset.Named(preset) with { Steps = 3, Batch = 2, BehaviourStart = 0, AlphaWeight = 0.1, Jitter = 1, Noise = 0.1, TotalVariation = 0.1 };
            SynthesisTarget[] targets = [SynthesisTarget.Of(0, "0"), SynthesisTarget.MeanOf([1, 2], "both", least: true)];
            new Synthesiser(network, recipe) { StateFolder = Path.Combine(_folder, network.Kind) }.Run(targets, 1, stop: TestContext.Current.CancellationToken);
            new Synthesiser(network, recipe).Run(targets[..1], 1, stop: TestContext.Current.CancellationToken);
            new ParametricSearch(network, new ParametricSettings { Candidates = 20, Climbed = 2, Steps = 2 }).Run(targets, 1, TestContext.Current.CancellationToken);
        }
        Assert.Equal(before, LibTorch.LiveTensors);
    }

    [Fact]
    public void Run_UnknownUnitOrPreset_NamesIt()
    {
        using INetwork network = Networks.Sensorium();
        Assert.Contains("no unit 40", Assert.Throws<SynthesisException>(() => new Synthesiser(network, SynthesisPreset.Xu).Run([SynthesisTarget.Of(40, "x")], 1, stop: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("xu, inception2019, foundation", Assert.Throws<SynthesisException>(() => SynthesisPreset.Named("deepdream")).Message, StringComparison.Ordinal);
        Assert.Contains("steps is 0", Assert.Throws<SynthesisException>(() => new Synthesiser(network, SynthesisPreset.Xu with { Steps = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("'pose'", Assert.Throws<SynthesisException>(() => new Synthesiser(network, SynthesisPreset.Xu, new SynthesisInputs { Optimised = "pose" })).Message, StringComparison.Ordinal);
    }

    internal static double Cosine(IReadOnlyList<float> a, IReadOnlyList<float> b)
    {
        double product = 0, first = 0, second = 0;
        for (int i = 0; i < a.Count; i++)
            (product, first, second) = (product + a[i] * (double)b[i], first + a[i] * (double)a[i], second + b[i] * (double)b[i]);
        return product / Math.Sqrt(first * second);
    }
}
