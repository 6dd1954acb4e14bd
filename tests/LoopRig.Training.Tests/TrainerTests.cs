using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingOptions s_options = new() { Epochs = 25, Patience = 25, BatchSize = 64, Optimiser = new AdamConfig { LearningRate = 3e-3 }, Seed = 3 };

    [Fact]
    public void Run_OnToyData_LearnsWhatDrivesEachUnit()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(2500, 5)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split, 1);
        TrainingResult result = new Trainer([new("toy", network, data, split)], s_options).Run(TestContext.Current.CancellationToken);
        EvaluationResult scores = Evaluator.Evaluate(network, data, split.Test);
        ShuffleControl shuffled = new Evaluator(network, data).Shuffle(split.Test);
        Assert.True(result.ValidationLosses.Min() < result.ValidationLosses[0]);
        Assert.True(scores.Prediction.SingleBin[0] > 0.85 * scores.Ceiling!.SingleBin[0]);
        Assert.True(scores.Prediction.SingleBin[1] > 0.85 * scores.Ceiling.SingleBin[1]);
        Assert.True(Math.Abs(shuffled.ImagesShuffled.SingleBin[0]) < 0.15);
        Assert.True(shuffled.ImagesShuffled.SingleBin[1] > 0.8 * scores.Prediction.SingleBin[1]);
        Assert.True(Math.Abs(shuffled.BehaviourShuffled.SingleBin[1]) < 0.15);
        Assert.True(shuffled.BehaviourShuffled.SingleBin[0] > 0.8 * scores.Prediction.SingleBin[0]);
    }

    [Fact]
    public void Run_SameSeeds_SameWeights()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(600, 5)).Build();
        DataSplit split = DataSplit.Cut(data, 2, 1);
        using INetwork first = Network(data, split, 2), second = Network(data, split, 2);
        TrainingOptions brief = s_options with { Epochs = 2 };
        new Trainer([new("toy", first, data, split)], brief).Run(TestContext.Current.CancellationToken);
        new Trainer([new("toy", second, data, split)], brief).Run(TestContext.Current.CancellationToken);
        Assert.Equal(first.Hash, second.Hash);
    }

    [Fact]
    public void Run_WhenValidationWorsens_StopsAndKeepsTheBest()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(500, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split, 1);
        // Steps far too large: the loss jumps about, so a best epoch is followed by worse ones.
        TrainingResult result = new Trainer([new("toy", network, data, split)], s_options with { Epochs = 60, Patience = 3, Optimiser = new AdamConfig { LearningRate = 0.3 } }).Run(TestContext.Current.CancellationToken);
        Assert.True(result.Epochs < 60);
        Assert.Equal(result.BestEpoch + 3, result.Epochs);
        Assert.Equal(result.ValidationLosses.Min(), Loss(network, data, split.Validation), 1e-4);
        Assert.All(network.Parameters.Values, static parameter => Assert.False(parameter.RequiresGrad));
    }

    [Fact]
    public void Run_WithProgress_CountsEpochsDown()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split, 1);
        var reports = new List<TrainingProgress>();
        new Trainer([new("toy", network, data, split)], s_options with { Epochs = 4 }, reports.Add).Run(TestContext.Current.CancellationToken);
        TrainingProgress[] epochs = [.. reports.Where(static report => report.EpochShare == 1)];
        Assert.Equal([1, 2, 3, 4], epochs.Select(static report => report.Epoch));
        Assert.Equal(TimeSpan.Zero, epochs[^1].Remaining);
        Assert.All(epochs, static report => Assert.True(report.SamplesPerSecond > 0 && report.BestValidationLoss <= report.ValidationLoss));
    }

    [Fact]
    public void Run_LeavesNoTensorBehind()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split, 1);
        long before = LibTorch.LiveTensors;
        new Trainer([new("toy", network, data, split)], s_options with { Epochs = 2 }).Run(TestContext.Current.CancellationToken);
        Evaluator.Evaluate(network, data, split.Test);
        Assert.Equal(before, LibTorch.LiveTensors);
    }

    [Fact]
    public void Constructor_OtherUnits_IsRefused()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = NetworkFile.Create(Spec(data, split, 1) with { UnitIds = ["a", "b", "c"] }, 1);
        Assert.Throws<NetworkException>(() => new Trainer([new("toy", network, data, split)], s_options));
    }

    [Fact]
    public void Constructor_VariablesInAnotherOrder_AreRefused()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        XuSpec spec = Spec(data, split, 1);
        InputSpec behaviour = spec.Inputs[1];
        using INetwork network = NetworkFile.Create(spec with { Inputs = [spec.Inputs[0], behaviour with { Variables = [.. Enumerable.Reverse(behaviour.Variables)] }] }, 1);
        string words = $"variable 1 of 'behaviour' is {behaviour.Variables[^1]} to the network and {behaviour.Variables[0]} in the data";
        Assert.Contains(words, Assert.Throws<NetworkException>(() => new Trainer([new("toy", network, data, split)], s_options)).Message, StringComparison.Ordinal);
        Assert.Contains(words, Assert.Throws<NetworkException>(() => Evaluator.Evaluate(network, data, split.Test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfUnit_APredictionThatDoesNotVary_CountsAsNoCorrelation()
    {
        Assert.Equal(0, Validation.OfUnit([2, 2, 2], [1, 5, 3]));
        Assert.Equal(double.NaN, Validation.OfUnit([1, 5, 3], [2, 2, 2]));
        Assert.Equal(1, Validation.OfUnit([1, 2, 3], [2, 4, 6]), 1e-12);
    }

    [Fact]
    public void OfSession_OfNeighbouringSeeds_GivesEachSessionASeedOfItsOwn()
    {
        int[] seeds = [.. Enumerable.Range(0, 5).SelectMany(static seed => Enumerable.Range(0, 10).Select(session => StepRandom.OfSession(seed, session)))];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(7, StepRandom.OfSession(7, 0));
    }

    [Fact]
    public void Score_OfKnownSeries_IsPearsonOfBoth()
    {
        var random = new Random(1);
        float[] slow = [.. Enumerable.Range(0, 600).Select(static bin => MathF.Sin(bin / 40f))], noisy = [.. slow.Select(value => value + (float)random.NextDouble() * 6 - 3)];
        UnitScores scores = UnitScores.Of(new Predictions(["unit"], ToyRig.BinNs, InTime: true, [slow], [noisy]));
        Assert.Equal(Correlation.Pearson(slow, noisy), scores.MeanSingleBin, 1e-12);
        Assert.True(scores.MeanBoxcar > 0.9 && scores.MeanSingleBin < 0.6);
    }

    private static XuSpec Spec(Dataset data, DataSplit split, int window) => new()
    {
        Inputs = data.WithStatistics(split.Fit),
        UnitIds = data.UnitIds,
        OutputDelayBins = 1,
        Window = window,
        Hidden = 16,
        ConvolutionChannels = [4, 4],
        Kernel = 3,
        Dropout = 0,
    };

    private static INetwork Network(Dataset data, DataSplit split, int window) => NetworkFile.Create(Spec(data, split, window), 11);

    private static double Loss(INetwork network, Dataset data, int[] lasts)
    {
        using var scope = new Scope();
        Tensor[] windows = [.. Enumerable.Range(0, 2).Select(input => data.Windows(input, network.Inputs[input], lasts, 1))];
        return Training.Loss.Of(ResponseLoss.Poisson, network.Forward(windows, training: false), data.Targets(lasts, 1)).Item();
    }
}
