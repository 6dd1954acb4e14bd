using LoopRig.Core;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class UnitQualityTests
{
    private const int Images = 60;
    private const int Repeats = 8;

    // Units: well predicted, noisy, unpredicted, and one that only noise moves.
    private static (List<List<float[]>> Recorded, List<float[]> Predicted) Responses()
    {
        var random = new SeededRandom(1, "responses");
        var (recorded, predicted) = (new List<List<float[]>>(), new List<float[]>());
        for (var image = 0; image < Images; image++)
        {
            double[] truth = [random.Normal(), random.Normal(), random.Normal(), 0];
            double[] noise = [0.3, 2, 0.3, 1];
            recorded.Add([.. Enumerable.Range(0, Repeats).Select(_ => truth.Select((t, u) => (float)(10 + t + noise[u] * random.Normal())).ToArray())]);
            predicted.Add([(float)truth[0], (float)truth[1], (float)random.Normal(), (float)random.Normal()]);
        }
        return (recorded, predicted);
    }

    [Fact]
    public void Of_UnitsOfKnownNoise_FindsReliabilityAndPrediction()
    {
        var (recorded, predicted) = Responses();
        var units = UnitQuality.Of(["good", "noisy", "missed", "silent"], recorded, predicted);
        // The mean over 8 repeats: cc_max = sqrt(1 / (1 + noise^2 / 8)).
        Assert.Equal(0.994, units[0].Reliability, 0.02);
        Assert.Equal(0.82, units[1].Reliability, 0.1);
        Assert.True(units[0].Prediction > 0.95);
        Assert.Equal(0, units[2].Prediction, 0.35);
        Assert.Equal(10, units[0].MeanRateHz, 0.5);
    }

    [Fact]
    public void Select_TakesTheBestPredictedOfTheReliable()
    {
        var (recorded, predicted) = Responses();
        var units = UnitQuality.Of(["good", "noisy", "missed", "silent"], recorded, predicted);
        Assert.Equal(["good", "noisy"], UnitQuality.Select(units, 2, 0.5).Where(static u => u.Selected).Select(static u => u.Unit));
        Assert.DoesNotContain("silent", UnitQuality.Select(units, 4, 0.7).Where(static u => u.Selected).Select(static u => u.Unit));
    }

    [Fact]
    public void Select_WithFewerThanTwo_SaysWhatThereIs()
    {
        var (recorded, predicted) = Responses();
        var units = UnitQuality.Of(["good", "noisy", "missed", "silent"], recorded, predicted);
        var error = Assert.Throws<LoopRigException>(() => UnitQuality.Select(units, 3, 1.5));
        Assert.Contains("0 of 4 neurons have a reliability of 1.5", error.Message, StringComparison.Ordinal);
    }
}
