using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis.Tests;

public sealed class MovieTests
{
    [Fact]
    public void Probe_FoundationUnits_AnswersAsTheWholeNetwork()
    {
        using Scope scope = new();
        using FoundationNetwork network = Networks.Foundation();
        using Generator generator = new(3);
        Tensor[] windows = [.. network.Spec.Inputs.Select(input => input.Name == FoundationSpec.StimulusInput ? Tensor.Rand([3, 5, 1, 18, 32], generator) : Tensor.Randn([3, 5, input.Length], generator))];
        float[] whole = network.Forward(windows, training: false).ToArray(); // [3, 5, 5]
        using IProbe all = ((INetwork)network).Probe(ProbedUnits.All([4, 1])), each = ((INetwork)network).Probe(ProbedUnits.OneEach([4, 1, 4]));
        float[] some = all.Respond(windows).ToArray(), own = each.Respond(windows).ToArray();
        for (int row = 0; row < 15; row++)
        {
            Assert.Equal(whole[row * 5 + 4], some[2 * row], 1e-5f);
            Assert.Equal(whole[row * 5 + 1], some[2 * row + 1], 1e-5f);
            Assert.Equal(whole[row * 5 + (row / 5 == 1 ? 1 : 4)], own[row], 1e-5f);
        }
        // By chance one stream answers alone.
        using FoundationNetwork first = network.OfStream(0), second = network.OfStream(1);
        float[] drawn = F.Mean(all.Respond(windows, new Random(5))).ToArray();
        float[][] alone = [.. new[] { first, second }.Select(stream => F.Mean(stream.Forward(windows, training: false).IndexSelect(2, Tensor.FromArray<long>([4, 1]))).ToArray())];
        Assert.Contains(alone, answer => Math.Abs(answer[0] - drawn[0]) < 1e-5f);
        Assert.DoesNotContain(alone, answer => Math.Abs(answer[0] - F.Mean(all.Respond(windows)).Item()) < 1e-5f);
    }

    [Fact]
    public void Run_MovieWithBurnIn_DrivesTheFramesThatCount()
    {
        using FoundationNetwork network = Networks.Foundation();
        SynthesisInputs inputs = new() { Frames = 8, BurnIn = 4 };
        SynthesisResult[] found = new Synthesiser(network, SynthesisPreset.Foundation with { Steps = 60 }, inputs).Run([SynthesisTarget.Of(0, "0"), SynthesisTarget.Of(3, "3"), SynthesisTarget.MeanOf([1, 2], "both")], 2, stop: TestContext.Current.CancellationToken);
        Random random = new(1);
        IReadOnlyList<float[]>[] noise = [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, 18 * 32).Select(_ => random.NextSingle()).ToArray()).ToArray())];
        float[][] responses = Activations.OfMovies(network, noise, [0, 3], inputs, TestContext.Current.CancellationToken);
        for (int t = 0; t < 2; t++)
            Assert.True(found[t].Activation > responses.Max(row => row[t]), $"{found[t].Activation} is not above {responses.Max(row => row[t])}; scores {found[t].Logs[0][0].Score} to {found[t].Logs[0][^1].Score}");
        Assert.All(found, result =>
        {
            Assert.Equal(8, result.Image.Length);
            Assert.All(result.Pixels, static frame => Assert.All(frame, static pixel => Assert.InRange(pixel, 0f, 1f)));
        });
        Assert.Equal(found[0].Activation, Activations.OfMovies(network, [found[0].Image], [0], inputs, TestContext.Current.CancellationToken)[0][0], 1e-4);
    }

    [Fact]
    public void Run_StillForANetworkWithAMemory_IsOneImage()
    {
        using FoundationNetwork network = Networks.Foundation();
        SynthesisResult found = new Synthesiser(network, SynthesisPreset.Foundation with { Steps = 30 }).Run([SynthesisTarget.Of(0, "0")], 2, stop: TestContext.Current.CancellationToken)[0];
        Assert.Single(found.Image);
        Assert.Equal(found.Activation, Activations.Of(network, [found.Image[0]], [0], stop: TestContext.Current.CancellationToken)[0][0], 1e-4);
    }

    [Fact]
    public void Run_WindowOfAXuNetwork_IsAMovieOfItsFramesWithItsBehaviour()
    {
        using INetwork network = Networks.Xu(window: 3);
        SynthesisInputs inputs = new() { Frames = 3 };
        SynthesisResult found = new Synthesiser(network, SynthesisPreset.Xu with { Batch = 4, Repeats = 2, Steps = 20 }, inputs).Run([SynthesisTarget.Of(1, "1")], 2, stop: TestContext.Current.CancellationToken)[0];
        Assert.Equal(3, found.Image.Length);
        Assert.Equal(8, found.SeedActivations.Length);
        Assert.Equal(2, found.Vectors["behaviour"].Length);
        Assert.NotEqual(1f, found.Vectors["behaviour"][0]);
        Assert.All(found.Vectors["shifter"], static value => Assert.Equal(0f, value));
        Assert.Contains("windows of 3 frames", Assert.Throws<SynthesisException>(() => new Synthesiser(network, SynthesisPreset.Xu, new SynthesisInputs { Frames = 5 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MovieForANetworkOfImages_SmoothsOverTime()
    {
        using INetwork network = Networks.Sensorium();
        SynthesisInputs inputs = new() { Frames = 4, BurnIn = 1, Pixels = (0.5, 0.25) };
        SynthesisPreset preset = SynthesisPreset.Inception2019 with { Steps = 40 };
        SynthesisTarget target = SynthesisTarget.Of(7, "7");
        double Change(SynthesisPreset recipe)
        {
            SynthesisResult found = new Synthesiser(network, recipe, inputs).Run([target], 1, stop: TestContext.Current.CancellationToken)[0];
            Assert.Equal(found.Activation, Activations.OfMovies(network, [found.Image], [7], inputs, TestContext.Current.CancellationToken)[0][0], 1e-4);
            return found.Image.Zip(found.Image.Skip(1), static (a, b) => a.Zip(b, static (x, y) => (double)(x - y) * (x - y)).Sum()).Sum();
        }
        Assert.True(Change(preset with { TimeSmoothness = 10 }) < 0.5 * Change(preset));
    }
}
