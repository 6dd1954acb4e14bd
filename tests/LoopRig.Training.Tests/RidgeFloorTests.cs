using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Images;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class RidgeFloorTests(ITestOutputHelper output)
{
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
