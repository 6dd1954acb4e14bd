using LoopRig.Models;
using LoopRig.Models.Xu;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void Cosine_WithRestarts_IsThePublishedCurve()
    {
        // The paper's 200 epochs: 10 of warm-up and 90 of cosine, then 100 of cosine.
        var schedule = new CosineSchedule { WarmUpEpochs = 10, CycleEpochs = 100 };
        double[] factors = Factors(schedule, 200, static _ => 0);
        Assert.Equal(0.05, factors[0], 1e-12);
        Assert.Equal(0.95, factors[9], 1e-12);
        Assert.Equal(1, factors[10], 1e-12);
        Assert.Equal(0.5, factors[55], 1e-12);
        Assert.Equal((Math.Cos(Math.PI * 89 / 90) + 1) / 2, factors[99], 1e-12);
        Assert.Equal(1, factors[100], 1e-12);
        Assert.Equal(0.5, factors[150], 1e-12);
        Assert.Equal([100], Enumerable.Range(0, 200).Where(schedule.Restarts));
    }

    [Fact]
    public void Cosine_WithoutACycle_TakesAllEpochs() => Assert.Equal([1, 0.75, 0.25], Factors(new CosineSchedule(), 3, static _ => 0).Select(static factor => Math.Round(factor, 12)));

    [Fact]
    public void Plateau_WithoutProgress_LowersTheRateAfterItsPatienceAndNotBelowItsMinimum()
    {
        // As ReduceLROnPlateau of PyTorch: two epochs are forgiven, the third lowers.
        var schedule = new PlateauSchedule { Factor = 0.1, Patience = 2, Times = 9, Minimum = 5e-4 };
        double[] factors = Factors(schedule, 14, static epoch => epoch < 3 ? -epoch : 0);
        Assert.Equal([1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05], factors.Select(static factor => Math.Round(factor, 12)));
    }

    [Fact]
    public void Plateau_OftenEnough_StaysThere()
        => Assert.Equal(0.3 * 0.3, Factors(new PlateauSchedule { Patience = 0, Times = 2, Minimum = 0 }, 12, static _ => 1)[^1], 1e-12);

    [Fact]
    public void Plateau_WhoseFirstScoresAreNoNumbers_MeasuresProgressFromTheFirstNumber()
    {
        double[] factors = Factors(new PlateauSchedule { Patience = 3 }, 20, static epoch => epoch < 2 ? double.NaN : -epoch);
        Assert.All(factors, static factor => Assert.Equal(1, factor));
    }

    [Fact]
    public void Run_WithThePlateauAndPatienceOfTheDefaults_EndsBehindTheLastLowering()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        var spec = new XuSpec { Inputs = data.WithStatistics(split.Fit), UnitIds = data.UnitIds, Hidden = 4, ConvolutionChannels = [2], Kernel = 3, Dropout = 0 };
        using INetwork network = NetworkFile.Create(spec, 11);
        // Steps too small for a 32-bit float, and no norm that learns statistics: validation stands still from the first pass on.
        var options = new TrainingOptions
        {
            BatchSize = 64,
            Optimiser = new AdamConfig { LearningRate = 1e-30 },
            Schedule = new PlateauSchedule { Minimum = 0 },
            Freeze = ["visual_encoder.", "behav_encoder.", "bn."],
        };
        var rates = new List<double>();
        var trainer = new Trainer([new("toy", network, data, split)], options) { EpochEnded = record => rates.Add(record.LearningRate) };
        TrainingResult result = trainer.Run(TestContext.Current.CancellationToken);
        Assert.Equal(1, result.BestEpoch);
        // The best pass, four times five that are forgiven and one that lowers, and the patience behind the last.
        Assert.Equal(1 + 4 * 6 + 5, result.Epochs);
        Assert.Equal(5, rates.Distinct().Count());
    }

    private static double[] Factors(ScheduleConfig schedule, int epochs, Func<int, double> score)
    {
        var factors = new double[epochs];
        ScheduleState state = schedule.Begin(epochs);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            factors[epoch] = state.Factor;
            state = schedule.Next(state, epoch + 1, epochs, score(epoch), 0.01);
        }
        return factors;
    }
}
