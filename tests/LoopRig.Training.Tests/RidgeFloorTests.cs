using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Images;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class RidgeFloorTests(ITestOutputHelper output)
{
    [Fact]
    public void Of_StreamsUnderTheirOwnNames_SeesTheImageOfTheNetworkInItsSize()
    {
        InputSpec Stream(string name, int height, int width) => new() { Name = name, Kind = InputKind.Image, Height = height, Width = width };
        InputSpec[] offered = [Stream("eyecam", 60, 80), Stream("worldcam", 30, 40), new InputSpec { Name = "treadmill", Kind = InputKind.Vector, Variables = ["speed"] }];
        LinearRecipe floor = RidgeFloor.Of(new XuRecipe { Behaviour = "none", Shifter = false, Height = 30, Width = 40 }, offered, ImageFeatures.Energy);
        Assert.Equal((30, 40), (floor.Height, floor.Width));
        InputSpec image = Assert.Single(floor.Inputs(offered));
        Assert.Equal(("image", 30, 40), (image.Name, image.Height, image.Width));
        Assert.Contains("worldcam of 30x40", Assert.Throws<NetworkException>(() => new LinearRecipe().Inputs(offered)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_ImagesTooSmallForAFloor_SaysSoBeforeTraining()
    {
        using var data = new ToyRegions(40, 3);
        using var folder = new TempFolder();
        TrainConfig config = data.Train(1) with { Test = true, Floor = ImageFeatures.Energy };
        var error = Assert.Throws<NetworkException>(() => TrainingRun.Execute(config, folder.Of("run"), stop: TestContext.Current.CancellationToken));
        Assert.Contains("there can be no floor: an image of 8x8 pixels has no 4 levels", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Of("run")));
        RidgeFloor.FitAll(config.Data, config.Network, ImageFeatures.Pixels, folder.Of("floor"), TestContext.Current.CancellationToken);
        using INetwork floor = NetworkFile.Load(folder.Of("floor", "best", "region1.safetensors"));
        Assert.Equal((8, 8), (floor.Inputs[0].Height, floor.Inputs[0].Width));
    }

    [Fact]
    public void Fit_MacaqueV4Session_PredictsHeldOutValidationImages()
    {
        var config = new ImagesConfig { Folder = SharedData.Folder("macaque_v4"), Sessions = ["210305"] };
        var recipe = new LinearRecipe { Features = ImageFeatures.Energy, Grid = 7, Rectified = false };
        SessionData session = config.Open(recipe.Inputs(config.Offered()))[0];
        using Dataset data = session.Data;
        using var network = (LinearNetwork)NetworkFile.Create(recipe.Spec(data.WithStatistics([], recipe), data.UnitIds, 0), seed: 0);
        (double penalty, double validation) = RidgeFloor.Fit(network, session);
        output.WriteLine($"penalty {penalty}, mean validation correlation {validation:F3}");
        Assert.InRange(validation, 0.3, 0.7);   // an independent ridge regression on such features gives 0.46 here
        // The network itself says the same as the closed form did.
        using var scope = new Torch.Scope();
        int[] lasts = session.Split(1).Validation;
        float[] predicted = network.Forward([data.Windows(0, network.Spec.Inputs[0], lasts, 1)], training: false).ToArray(), recorded = data.Targets(lasts, 0).ToArray();
        double[] correlations = [.. Enumerable.Range(0, network.Spec.Units).Select(unit => Correlation.Pearson(Column(predicted, unit), Column(recorded, unit)))];
        Assert.Equal(validation, correlations.Average(), 1e-3);

        float[] Column(float[] values, int unit) => [.. Enumerable.Range(0, lasts.Length).Select(row => values[row * network.Spec.Units + unit])];
    }
}
