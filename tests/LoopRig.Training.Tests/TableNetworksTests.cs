using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>The networks of the tables, from recipe to trained network, on a world of one bright spot: each learns where the spot drives which unit.</summary>
public sealed class TableNetworksTests(ITestOutputHelper output)
{
    private const int Bins = 1200, Height = 24, Width = 30, Delay = 1;
    private static readonly string[] s_units = ["left", "right", "bottom", "fast"];

    private static readonly TrainingOptions s_adam = new() { Epochs = 14, Patience = 14, BatchSize = 64, Optimiser = new AdamConfig { LearningRate = 5e-3 }, Select = SelectionMetric.Correlation, Seed = 1 };
    private static readonly SensoriumRecipe s_sensorium = new() { Height = Height, Width = Width, Channels = 8, Layers = 3, InputKernel = 5, HiddenKernel = 3 };
    private static readonly XuRecipe s_xu = new() { Height = Height, Width = Width, ConvolutionChannels = [8, 8], Hidden = 24, ShifterHidden = 8, Dropout = 0.1 };

    private static readonly Dictionary<string, (NetworkRecipe Recipe, TrainingOptions Options)> s_cases = new()
    {
        ["xu, vision"] = (s_xu with { Behaviour = "none", Shifter = false }, s_adam),
        ["xu, BDx, GRU_2"] = (s_xu with { Behaviour = "BDx", Shifter = false, Window = 2 }, s_adam),
        ["autoencoder"] = (new AutoencoderRecipe { Height = Height, Width = Width, ConvolutionChannels = [8, 16], Latent = 24, Shifter = false }, s_adam),
        ["resnet18"] = (new ResNet18Recipe { Height = Height, Width = Width, Channels = [8, 8, 16, 16], Shifter = false }, s_adam),
        ["efficientnet-b0"] = (new EfficientNetB0Recipe { Height = Height, Width = Width, WidthFactor = 0.25, Shifter = false }, s_adam),
        ["sensorium"] = (s_sensorium, Published(s_adam)),
        ["sensorium+"] = (s_sensorium with { Behaviour = true, Shifter = true }, Published(s_adam)),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_FromTheRecipe_LearnsTheSpot(string name)
    {
        (NetworkRecipe recipe, TrainingOptions options) = s_cases[name];
        InputSpec[] inputs = recipe.Inputs([new InputSpec { Name = "image", Kind = InputKind.Image, Height = Height, Width = Width }, new InputSpec { Name = "all", Kind = InputKind.Vector, Variables = [.. SpotWorld.Variables] }]);
        using Dataset data = new SpotWorld(Bins, Height, Width, seed: 1).Data(inputs, s_units);
        int window = recipe is XuRecipe xu ? xu.Window : 1;
        DataSplit split = DataSplit.Cut(data, window, Delay);
        using INetwork network = NetworkFile.Build(recipe.Spec(data.WithStatistics(split.Fit, recipe), s_units, Delay), recipe.NewWeights(1));
        TrainingResult result = new Trainer([new("spot", network, data, split)], options).Run(TestContext.Current.CancellationToken);
        EvaluationResult scores = Evaluator.Evaluate(network, data, split.Test);
        output.WriteLine($"{name}: validation {string.Join(" ", result.ValidationCorrelations.Select(static value => value.ToString("0.00")))}; "
            + $"test {string.Join(" ", scores.Prediction.SingleBin.Select(static value => value.ToString("0.00")))} of {string.Join(" ", scores.Ceiling!.SingleBin.Select(static value => value.ToString("0.00")))}");
        bool behaviour = network.Spec.FindInput("behaviour") is not null;
        for (int unit = 0; unit < (behaviour ? 4 : 3); unit++)
            Assert.True(scores.Prediction.SingleBin[unit] > 0.6 * scores.Ceiling.SingleBin[unit], s_units[unit]);
        if (!behaviour) Assert.True(Math.Abs(scores.Prediction.SingleBin[3]) < 0.25);
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("images")]
    public void Step_InMixedPrecision_TrainsLikeInFull(string name)
    {
        NetworkRecipe recipe = name == "images" ? new ImagesRecipe { Height = Height, Width = Width, Levels = 2, Orientations = 4, Grid = 4, Channels = 8, Streams = 2, ShiftPixels = 1 } : s_cases[name].Recipe;
        InputSpec[] inputs = recipe.Inputs([new InputSpec { Name = "image", Kind = InputKind.Image, Height = Height, Width = Width }, new InputSpec { Name = "all", Kind = InputKind.Vector, Variables = [.. SpotWorld.Variables] }]);
        using Dataset data = new SpotWorld(80, Height, Width, seed: 1).Data(inputs, s_units);
        NetworkSpec spec = recipe.Spec(inputs, s_units, Delay);
        var losses = new Dictionary<Precision, double[]>();
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            using var scope = new Scope();
            using INetwork network = NetworkFile.Build(spec, recipe.NewWeights(1));
            int[] lasts = [.. Enumerable.Range(4, 32)];
            Tensor[] windows = [.. network.Inputs.Select((input, index) => data.Windows(index, input, lasts, network.WindowFrames))];
            using var stepper = new TrainingStepper(network, new AdamConfig { LearningRate = 2e-3 }, windows, data.Targets(lasts, Delay), precision: precision);
            losses[precision] = [.. Enumerable.Range(0, 6).Select(_ => stepper.Step())];
        }
        output.WriteLine(string.Join("; ", losses.Select(static pair => $"{pair.Key}: {string.Join(" ", pair.Value.Select(static loss => loss.ToString("0.0000")))}")));
        Assert.NotEqual(losses[Precision.Full], losses[Precision.Mixed]);
        Assert.Equal(losses[Precision.Full][0], losses[Precision.Mixed][0], 0.02 * Math.Max(1, Math.Abs(losses[Precision.Full][0])));
        Assert.True(losses[Precision.Mixed][^1] < losses[Precision.Mixed][0]);
    }

    // Adam 0.009, times 0.3 on a plateau (Xu et al. 2023).
    private static TrainingOptions Published(TrainingOptions options) => options with { Optimiser = new AdamConfig { LearningRate = 0.009 }, Schedule = new PlateauSchedule() };
}
