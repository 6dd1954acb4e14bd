using LoopRig.Core;
using LoopRig.Models.Images;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Models.Tests;

public sealed class ImagesNetworkTests
{
    private static readonly ImagesSpec s_small = new()
    {
        Inputs = Colour(19, 26, 3),
        UnitIds = NetworkSpec.NumberedUnits(5),
        Levels = 3,
        Orientations = 3,
        Grid = 4,
        Channels = 6,
        Streams = 2,
        ResponseMeans = [1, 2, 3, 4, 5],
        ResponseDeviations = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f],
    };

    public static TheoryData<ImagesSpec> Variants() =>
    [
        s_small,
        s_small with { Inputs = Colour(31, 17, 1), Readout = ImageReadoutKind.Gaussian, Streams = 1, SquaredError = false, ResponseMeans = [], ResponseDeviations = [] },
        s_small with { Features = ImageFeatures.Energy, Kernels = [3], Strides = [2] },
        s_small with { Features = ImageFeatures.Pixels, Kernels = [5, 3, 3], Strides = [2, 1, 1], Readout = ImageReadoutKind.Gaussian },
    ];

    [Theory]
    [MemberData(nameof(Variants), DisableDiscoveryEnumeration = true)]
    public void Step_UnusualSizes_EqualsForwardAndFrozen(ImagesSpec spec)
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 1);
        Tensor image = Pictures(spec.Image, 3, seed: 2);
        (Tensor output, Tensor[] state) = network.Step([image], network.InitialState(3));
        Assert.Equal([3, 5], output.Shape);
        Assert.Empty(state);
        Assert.Equal(network.Forward([image.Unsqueeze(1)], training: false).ToArray(), output.ToArray());
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        for (int row = 0; row < 3; row++)
        {
            image.Narrow(0, row, 1).Contiguous().AsSpan().CopyTo(frozen.Input(0));
            frozen.Run();
            for (int unit = 0; unit < 5; unit++)
                Assert.Equal(output.ToArray()[5 * row + unit], frozen.Output[unit], 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Variants), DisableDiscoveryEnumeration = true)]
    public void ForwardTraining_EveryVariant_ReachesEveryParameterOfEveryStream(ImagesSpec spec)
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 3);
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        TrainingPass pass = network.ForwardTraining([Pictures(spec.Image, 6, seed: 4).Unsqueeze(1)], new TrainingContext(new Random(5), 6));
        Assert.Equal([spec.Streams, 6, 5], pass.Responses.Shape);
        Functional.Sum(pass.Responses * pass.Responses).Backward();
        foreach ((string name, Tensor parameter) in network.Parameters)
            Assert.True(parameter.Grad is { } gradient && gradient.ToArray().Any(static value => value != 0), name);
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSameResponses()
    {
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(s_small, seed: 6);
        string path = Path.Combine(Directory.CreateTempSubdirectory("looprig-images-").FullName, "network.safetensors");
        NetworkFile.Save(network, path);
        using INetwork loaded = NetworkFile.Load(path);
        Tensor image = Pictures(s_small.Image, 2, seed: 7);
        Assert.Equal(network.Step([image], []).Output.ToArray(), loaded.Step([image], []).Output.ToArray());
        Assert.Equal(network.Hash, loaded.Hash);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void OrientedEnergy_Gratings_PrefersTheirOrientation()
    {
        // The energy of luminance at the finest level comes first: one map an orientation, grid by grid.
        ImagesSpec spec = s_small with { Inputs = Colour(32, 32, 1), Features = ImageFeatures.Energy, Orientations = 4, Kernels = [1], Strides = [1] };
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 8);
        var prefers = new int[4];
        for (int orientation = 0; orientation < 4; orientation++)
        {
            double angle = Math.PI * orientation / 4;
            float[] pixels = [.. Enumerable.Range(0, 32 * 32).Select(at => (float)(0.5 + 0.4 * Math.Cos(Math.PI / 2 * (at % 32 * Math.Cos(angle) + at / 32 * Math.Sin(angle)))))];
            float[] features = [];
            ((IStagedNetwork)network).Step([Tensor.FromArray(pixels, 1, 1, 32, 32)], [], (stage, value) => features = stage == "features" ? value.ToArray() : features);
            float[] energy = [.. Enumerable.Range(0, 4).Select(map => features.AsSpan(16 * map, 16).ToArray().Average())];
            prefers[orientation] = Array.IndexOf(energy, energy.Max());
        }
        Assert.Equal([0, 1, 2, 3], prefers);
    }

    [Theory]
    [InlineData(ImageFeatures.Pixels, true)]
    [InlineData(ImageFeatures.Energy, false)]
    public void Linear_UnusualSizes_EqualsFrozen(ImageFeatures features, bool rectified)
    {
        LinearSpec spec = new() { Inputs = Colour(21, 18, 3), UnitIds = NetworkSpec.NumberedUnits(4), Features = features, Rectified = rectified, Levels = 2, Orientations = 3, Grid = 5 };
        using Scope scope = new();
        using INetwork network = NetworkFile.Create(spec, seed: 9);
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        Tensor image = Pictures(spec.Image, 1, seed: 10);
        image.AsSpan().CopyTo(frozen.Input(0));
        frozen.Run();
        float[] expected = network.Step([image], []).Output.ToArray();
        for (int unit = 0; unit < 4; unit++)
            Assert.Equal(expected[unit], frozen.Output[unit], 1e-4f);
        Assert.Equal(rectified, expected.All(static rate => rate > 0));
    }

    [Fact]
    public void Create_SpecThatMakesNoNetwork_NamesTheReason()
    {
        Assert.Contains("strides", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { Strides = [1] }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("no 6 levels", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { Levels = 6 }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("for 5 units", Assert.Throws<NetworkException>(() => NetworkFile.Create(s_small with { ResponseMeans = [1] }, 1)).Message, StringComparison.Ordinal);
    }

    private static InputSpec[] Colour(int height, int width, int channels) => [new InputSpec { Name = "image", Kind = InputKind.Image, Channels = channels, Height = height, Width = width }];

    private static Tensor Pictures(InputSpec image, int count, int seed)
    {
        Random random = new(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, count * image.Length).Select(_ => random.NextSingle())], count, image.Channels, image.Height, image.Width);
    }
}
