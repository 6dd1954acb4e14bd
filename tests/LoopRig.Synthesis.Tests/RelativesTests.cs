using LoopRig.Models;
using Xunit;

namespace LoopRig.Synthesis.Tests;

/// <summary>The relatives of the most exciting input.</summary>
public sealed class RelativesTests
{
    private static readonly SynthesisPreset s_linear = SynthesisPreset.Inception2019 with { Blur = 0, FourierExponent = 0, KeepInRange = false, Norm = new HardLimit(2, Exact: true), Rate = new Anneal(0.5, 0), Steps = 300 };

    [Theory]
    [InlineData(Difference.EachOther)]
    [InlineData(Difference.TheBest)]
    public void DiverseInputs_LinearUnit_KeepTheShareAndTurnAway(Difference from)
    {
        using LinearUnits units = new(8, 1, seed: 1);
        SynthesisInputs inputs = new() { Grey = 0 };
        SynthesisResult best = new Synthesiser(units.Network, s_linear, inputs).Run([SynthesisTarget.Of(0, "0")], 1, stop: TestContext.Current.CancellationToken)[0];
        DiverseSettings settings = new() { Count = 4, LeastShare = 0.8, From = from };
        DiverseResult diverse = new DiverseInputs(units.Network, s_linear with { Rate = new Anneal(0.2, 0), Steps = 1500 }, inputs, settings).Run(best, 5, stop: TestContext.Current.CancellationToken);
        // On a sphere what keeps 0.8 of a linear response lies on a cap of that cosine, as far apart as can be on its border.
        Assert.All(diverse.Shares, static share => Assert.InRange(share, 0.78, 1.01));
        Assert.All(diverse.Images, image => Assert.InRange(SynthesiserTests.Cosine(image[0], best.Image[0]), 0.78, 0.84));
        Assert.All(diverse.Images.Skip(1), image => Assert.True(SynthesiserTests.Cosine(image[0], diverse.Images[0][0]) < 0.6));
        Assert.All(diverse.Distances, static distance => Assert.True(distance > 0.5));
        Assert.Contains("limits nothing", Assert.Throws<SynthesisException>(() => new DiverseInputs(units.Network, SynthesisPreset.Xu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reconstruction_AsManyUnitsAsPixels_FindsTheImage()
    {
        using LinearUnits units = new(6, 60, seed: 3);
        Random random = new(1);
        float[] shown = [.. Enumerable.Range(0, 36).Select(_ => random.NextSingle())];
        int[] all = [.. Enumerable.Range(0, 60)];
        float[][] responses = Activations.Of(units.Network, [shown], all, stop: TestContext.Current.CancellationToken);
        SynthesisPreset preset = new() { Name = "match", Rate = new Anneal(0.05, 0), Steps = 2000, KeepInRange = true, StartMean = 0.5, StartDeviation = 0.1 };
        ReconstructionResult found = new Reconstruction(units.Network, preset) { Loss = ResponseLoss.SquaredError }.Run(all, responses, 2, stop: TestContext.Current.CancellationToken);
        Assert.True(found.Correlation > 0.9999);
        for (int i = 0; i < shown.Length; i++)
            Assert.Equal(shown[i], found.Pixels[0][i], 1e-2f);
        Assert.Contains("36", Assert.Throws<SynthesisException>(() => new Reconstruction(units.Network, preset).Run([.. all.Take(36)], responses, 2, stop: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ParametricKind.Gabor)]
    [InlineData(ParametricKind.CentreSurround)]
    public void ParametricSearch_UnitWhoseFilterIsOfThatKind_FindsItsParameters(ParametricKind kind)
    {
        const int Side = 24;
        double[] filter = [.. Enumerable.Range(0, Side * Side).Select(at =>
        {
            double dx = at % Side - 14, dy = at / Side - 9, square = dx * dx + dy * dy;
            if (kind == ParametricKind.CentreSurround) return -(Math.Exp(-square / (2 * 2.5 * 2.5)) - 0.8 / 4 * Math.Exp(-square / (2 * 5.0 * 5)));
            double across = dx * Math.Cos(0.6) + dy * Math.Sin(0.6);
            return Math.Exp(-square / (2 * 3 * 3)) * Math.Cos(2 * Math.PI * across / 7 + 1);
        })];
        using LinearUnits units = new(Side, filter);
        ParametricSettings settings = new() { Kind = kind, Steps = 300, Candidates = 2000 };
        ParametricResult[] found = new ParametricSearch(units.Network, settings, new SynthesisInputs { Grey = 0 })
            .Run([SynthesisTarget.Of(0, "0"), SynthesisTarget.Of(0, "least", least: true)], 1, TestContext.Current.CancellationToken);
        Assert.True(SynthesiserTests.Cosine(found[0].Image, units.Filter(0)) > 0.99);
        Assert.True(SynthesiserTests.Cosine(found[1].Image, units.Filter(0)) < -0.99);
        Assert.Equal(14, found[0].Parameters["x"], 0.5);
        Assert.Equal(9, found[0].Parameters["y"], 0.5);
        if (kind == ParametricKind.CentreSurround)
        {
            Assert.Equal(-1, found[0].Parameters["polarity"]);
            return;
        }
        Assert.Equal(7, found[0].Parameters["wavelength"], 0.5);
        double turned = Math.Abs(found[0].Parameters["orientation"] - 0.6 * 180 / Math.PI);
        Assert.InRange(Math.Min(turned, 180 - turned), 0, 5);
    }

    [Fact]
    public void Run_BehaviourAloneOrJointly_RaisesTheResponse()
    {
        using INetwork network = Networks.Sensorium(behaviour: true);
        foreach ((string name, Torch.Tensor weight) in network.Parameters)
            if (name == "core.features.layer0.conv.weight") weight.MulInPlace(2); // planes that matter
        Random random = new(1);
        float[] picture = [.. Enumerable.Range(0, 20 * 24).Select(_ => random.NextSingle())];
        SynthesisTarget target = SynthesisTarget.Of(5, "5");
        SynthesisPreset preset = SynthesisPreset.Xu with { Batch = 1, Repeats = 1, LaplacianNorm = 0, Decay = 0, BehaviourLimit = 2, BehaviourStart = 0 };
        SynthesisInputs shown = new() { Start = [picture], HoldsStimulus = true, Pixels = (0.5, 0.3) };
        SynthesisResult alone = new Synthesiser(network, preset, shown).Run([target], 1, stop: TestContext.Current.CancellationToken)[0];
        Assert.Equal(picture, alone.Pixels[0], static (a, b) => Math.Abs(a - b) < 1e-5f);
        Assert.True(alone.Activation > Activations.Of(network, [alone.Image[0]], [5], stop: TestContext.Current.CancellationToken)[0][0]);
        Assert.Contains(alone.Vectors["behaviour"], static value => Math.Abs(Math.Abs(value) - 2) < 1e-4);
        SynthesisResult still = new Synthesiser(network, preset with { OptimisesBehaviour = false }, new SynthesisInputs { Pixels = (0.5, 0.3) }).Run([target], 1, stop: TestContext.Current.CancellationToken)[0];
        SynthesisResult jointly = new Synthesiser(network, preset, new SynthesisInputs { Pixels = (0.5, 0.3), Jointly = ["behaviour", "pupil_centre"] }).Run([target], 1, stop: TestContext.Current.CancellationToken)[0];
        Assert.All(still.Vectors["behaviour"], static value => Assert.Equal(0f, value));
        Assert.True(jointly.Activation > still.Activation);
        Assert.NotEqual(0f, jointly.Vectors["pupil_centre"][0]);
    }

    [Fact]
    public void Run_HeldStimulus_IsTouchedByNoLimit()
    {
        using INetwork network = Networks.Sensorium(behaviour: true);
        Random random = new(1);
        float[] picture = [.. Enumerable.Range(0, 20 * 24).Select(_ => 1.4f * random.NextSingle() - 0.2f)];
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Steps = 2, OptimisesBehaviour = true, Rms = new HardLimit(0.1, Exact: true) };
        SynthesisResult held = new Synthesiser(network, preset, new SynthesisInputs { Start = [picture], HoldsStimulus = true, Pixels = (0.5, 0.3) }).Run([SynthesisTarget.Of(5, "5")], 1, stop: TestContext.Current.CancellationToken)[0];
        Assert.Equal(picture, held.Pixels[0], static (a, b) => Math.Abs(a - b) < 1e-5f);
        Assert.Equal(["behaviour", "pupil_centre"], held.Optimised);
    }

    [Fact]
    public void Run_LearnedAlpha_ShowsWhatTheUnitSees()
    {
        // A filter of 4 x 4 pixels in a corner: covering anything else costs and earns nothing.
        const int Side = 12;
        double[] filter = [.. Enumerable.Range(0, Side * Side).Select(static at => at % Side < 4 && at / Side < 4 ? (at % 2 == 0 ? 1.0 : -1) : 0)];
        using LinearUnits units = new(Side, filter, bias: 20);
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Blur = 0, FourierExponent = 0, GradientScale = GradientScale.None, Optimiser = OptimiserKind.Adam, Rate = new Anneal(0.05, 0.001), Steps = 400, AlphaWeight = 0.5, StartInPixels = true };
        SynthesisResult found = new Synthesiser(units.Network, preset).Run([SynthesisTarget.Of(0, "0")], 1, stop: TestContext.Current.CancellationToken)[0];
        double inside = 0, outside = 0;
        for (int at = 0; at < filter.Length; at++)
        {
            if (filter[at] != 0) inside += found.Alpha![at] / 16;
            else outside += found.Alpha![at] / (Side * Side - 16);
        }
        Assert.True(inside > 0.9 && outside < 0.1, $"alpha is {inside} where the unit sees and {outside} elsewhere");
    }
}
