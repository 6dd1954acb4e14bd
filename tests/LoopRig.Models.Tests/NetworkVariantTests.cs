using LoopRig.Core;
using LoopRig.Models.Backbones;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Tests;

/// <summary>What holds for every variant of the three tables.</summary>
public sealed class NetworkVariantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. NetworkVariants.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Freeze_ManyFrames_EqualsPureAndTheWholeWindow(string name)
    {
        using Scope scope = new();
        using INetwork network = NetworkVariants.CreateUsed(NetworkVariants.All[name], seed: 1);
        using FrozenStep frozen = network.Freeze(Device.Cpu);
        int frames = network.WindowFrames + 3;
        Tensor[] sequence = NetworkVariants.Windows(network, 1, frames, seed: 5);
        Tensor[] state = network.InitialState(1);
        double largest = 0;
        HashSet<float> answers = [];
        for (int t = 0; t < frames; t++)
        {
            Tensor[] frame = [.. sequence.Select(input => input.Select(1, t))];
            for (int i = 0; i < frame.Length; i++)
                frame[i].Contiguous().AsSpan().CopyTo(frozen.Input(i));
            frozen.Run();
            (Tensor response, state) = network.Step(frame, state);
            largest = Math.Max(largest, Difference(response.ToArray(), frozen.Output));
            answers.Add(frozen.Output[0]);
            if (t < network.WarmUpSteps) continue;
            Tensor[] window = [.. sequence.Select(input => input.Narrow(1, t - network.WarmUpSteps, network.WindowFrames))];
            largest = Math.Max(largest, Difference(network.Forward(window, training: false).ToArray(), frozen.Output));
        }
        output.WriteLine($"{name}: {largest:g3}; the first unit answers {string.Join(" ", answers)}");
        Assert.Equal(frames, answers.Count);
        Assert.InRange(largest, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Traits_OfBiasesNormsAndPositions_ForbidDecay(string name)
    {
        using INetwork network = NetworkVariants.Create(NetworkVariants.All[name], seed: 1);
        foreach ((string parameter, Tensor value) in network.Parameters)
        {
            bool free = value.Shape.Length == 1 || parameter.EndsWith("._mu", StringComparison.Ordinal) || parameter.EndsWith(".sigma", StringComparison.Ordinal);
            Assert.True(network.Weights.Traits[parameter].Decay != free, parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ForwardTraining_TwentySteps_LowersTheLoss(string name)
    {
        const int Batch = 8;
        using INetwork network = NetworkVariants.Create(NetworkVariants.All[name], seed: 2);
        foreach (Tensor parameter in network.Parameters.Values)
            parameter.RequiresGrad = true;
        using Scope scope = new();
        Tensor[] windows = NetworkVariants.Windows(network, Batch, network.WindowFrames, seed: 3);
        Random random = new(4);
        Tensor target = Tensor.FromArray([.. Enumerable.Range(0, Batch * network.Units).Select(_ => (float)random.Next(4))], Batch, network.Units);
        List<double> losses = [];
        for (int step = 0; step <= 20; step++)
        {
            using Scope temporary = new();
            TrainingPass pass = network.ForwardTraining(windows, new TrainingContext(new Random(step), 1000) { Noise = false });
            Tensor loss = F.Mean(pass.Responses - target * F.Log(pass.Responses + 1e-8));
            if (pass.Penalty is not null) loss += pass.Penalty;
            losses.Add(loss.Item());
            loss.Backward();
            string[] still = [.. network.Parameters.Where(static pair => pair.Value.Grad is null).Select(static pair => pair.Key)];
            // A window of one frame begins at a zero state; without noise positions do not scatter.
            Assert.All(still, static parameter => Assert.True(parameter is "lstm_net.weight_hh_l0" || parameter.EndsWith(".sigma", StringComparison.Ordinal), parameter));
            Descend(network, 0.005);
        }
        output.WriteLine($"{name}: {losses[0]:0.0000} to {losses[^1]:0.0000}");
        Assert.All(losses, static loss => Assert.True(double.IsFinite(loss)));
        Assert.True(losses[^1] < losses[0] - 0.01, string.Join(" ", losses));
    }

    [Fact]
    public void Spec_VisionOnly_HasItsOwnDivisorAndNames()
    {
        XuRecipe recipe = new() { Behaviour = "none", Window = 1 };
        XuSpec vision = Assert.IsType<XuSpec>(recipe.Spec(recipe.Inputs(NetworkVariants.Offered), ["a"], 1));
        XuSpec behaviour = Assert.IsType<XuSpec>(new XuRecipe().Spec(new XuRecipe().Inputs(NetworkVariants.Offered), ["a"], 1));
        Assert.Equal((4.0, 4.0, 5.5, 4.0), (vision.TranslationDivisor, vision.RotationDivisor, behaviour.TranslationDivisor, behaviour.RotationDivisor));
        using INetwork network = NetworkFile.Create(vision, 1);
        Assert.Contains("encoder.layers.0.weight", network.Parameters.Keys);
        Assert.All(recipe.CorePrefixes, prefix => Assert.StartsWith("encoder.", prefix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("S", 3)]
    [InlineData("B", 6)]
    [InlineData("D", 5)]
    [InlineData("BD", 11)]
    [InlineData("Sx", 6)]
    [InlineData("Bx", 21)]
    [InlineData("Dx", 15)]
    [InlineData("BDx", 66)]
    public void OfName_PublishedSet_HasItsSize(string name, int size) => Assert.Equal(size, XuBehaviour.OfName(name).Length);

    [Fact]
    public void Inputs_DataWithoutAVariable_NamesIt()
    {
        InputSpec[] offered = [NetworkVariants.Offered[0], NetworkVariants.Offered[1] with { Variables = ["speed", "pitch", "roll", "th", "phi"] }];
        string message = Assert.Throws<NetworkException>(() => new XuRecipe().Inputs(offered)).Message;
        Assert.Contains("eyerad", message);
        Assert.DoesNotContain("pitch", message);
        Assert.Contains("image", Assert.Throws<NetworkException>(() => new ResNet18Recipe { Shifter = false }.Inputs([])).Message);
    }

    [Fact]
    public void Create_PublishedSizes_HaveAsManyParametersAsPublished()
    {
        // The notebooks of the published code print these for 68 neurons.
        string[] units = NetworkSpec.NumberedUnits(68);
        Assert.Equal(11_274_002, Count(new ResNet18Recipe()));
        Assert.Equal(4_162_958, Count(new EfficientNetB0Recipe()));
        Assert.Equal(1_752_716, Count(new XuRecipe()));
        Assert.Equal(541_412 + 68_878, Count(new XuRecipe { Behaviour = "none" }));
        Assert.Equal(541_412, Count(new XuRecipe { Behaviour = "none", Shifter = false }));

        long Count(NetworkRecipe recipe)
        {
            using INetwork network = NetworkFile.Create(recipe.Spec(recipe.Inputs(NetworkVariants.Offered), units, 1), 1);
            return network.Parameters.Values.Sum(static parameter => parameter.Elements);
        }
    }

    [Fact]
    public void Spec_RandomBackbone_IsMarked()
    {
        ResNet18Recipe recipe = new();
        NetworkSpec spec = recipe.Spec(recipe.Inputs(NetworkVariants.Offered), ["a"], 1);
        Assert.Equal("none", Assert.IsType<ResNet18Spec>(spec).Pretrained);
        Assert.Contains("\"pretrained\":\"none\"", spec.ToJson());
        Assert.Equal("none", Assert.IsType<ResNet18Spec>(NetworkSpec.FromJson(spec.ToJson(), "here")).Pretrained);
    }

    [Fact]
    public void WithPaths_PretrainedWeights_BecomeAbsolute()
    {
        NetworkRecipe recipe = new EfficientNetB0Recipe { Pretrained = "b0.pth" };
        Assert.Equal("/w/b0.pth", ((EfficientNetB0Recipe)recipe.WithPaths(static path => "/w/" + path)).Pretrained);
        Assert.Equal(new ResNet18Recipe().Pretrained, ((ResNet18Recipe)new ResNet18Recipe().WithPaths(static path => "/w/" + path)).Pretrained);
    }

    [Fact]
    public void ForwardTraining_Autoencoder_AddsHalfTheErrorOfTheImageAsItCame()
    {
        using Scope scope = new();
        using INetwork half = NetworkVariants.Create(NetworkVariants.All["autoencoder, shifter"], seed: 6);
        using INetwork whole = NetworkVariants.Create((AutoencoderRecipe)NetworkVariants.All["autoencoder, shifter"] with { ReconstructionWeight = 1 }, seed: 6);
        using INetwork none = NetworkVariants.Create((AutoencoderRecipe)NetworkVariants.All["autoencoder, shifter"] with { ReconstructionWeight = 0 }, seed: 6);
        Tensor[] windows = NetworkVariants.Windows(half, 4, 1, seed: 1);
        TrainingContext context = new(new Random(1), 100);
        Assert.Null(none.ForwardTraining(windows, context).Penalty);
        double penalty = half.ForwardTraining(windows, context).Penalty!.Item();
        Assert.Equal(whole.ForwardTraining(windows, context).Penalty!.Item(), 2 * penalty, 1e-6);
        Assert.InRange(penalty, 0.01, 2);
    }

    // Steps of one size a tensor, so that one rate suits all networks.
    private static void Descend(INetwork network, double rate)
    {
        using NoGrad guard = new();
        foreach (Tensor parameter in network.Parameters.Values)
        {
            if (parameter.Grad is not { } gradient) continue;
            double size = Math.Sqrt(F.Mean(F.Square(gradient)).Item());
            if (size > 1e-7) parameter.AddInPlace(gradient, -rate / size); // a bias before a norm has rounding noise only
            parameter.Grad = null;
        }
    }

    private static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, float.IsFinite(actual[i]) ? Math.Abs(expected[i] - actual[i]) / (1 + Math.Abs(expected[i])) : double.PositiveInfinity);
        return largest;
    }
}
