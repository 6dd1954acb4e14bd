using LoopRig.Models;
using LoopRig.Models.Xu;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class GuardTests
{
    [Fact]
    public void Run_WithAnInputThatIsInfinite_NamesSessionEpochBatchInputAndBin()
    {
        using Dataset data = Sequence(infinite: 33);
        DataSplit split = new([.. Enumerable.Range(0, 60)], [.. Enumerable.Range(60, 20)], []);
        using INetwork network = NetworkFile.Create(Spec(data, [0, 1, 2, 3]), 11);
        var error = Assert.Throws<TrainingException>(() => Run(network, data, split, new TrainingOptions { Epochs = 1, BatchSize = 200 }));
        Assert.StartsWith("session mouse, epoch 1, batch 1: the loss is NaN: input behaviour is not finite in the samples that end with bin 33", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithALearningRateFarTooLarge_SaysThatItDiverges()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(600, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split);
        var options = new TrainingOptions { Epochs = 40, Patience = 40, BatchSize = 32, Optimiser = new AdamConfig { LearningRate = 1000 }, DivergenceSteps = 5 };
        var error = Assert.Throws<TrainingException>(() => Run(network, data, split, options));
        Assert.Contains("training diverges: the loss has been above", error.Message, StringComparison.Ordinal);
        Assert.Contains("Lower the learning rate (1E+03)", error.Message, StringComparison.Ordinal);
        Assert.All(network.Parameters.Values, static parameter => Assert.False(parameter.RequiresGrad));
    }

    [Fact]
    public void Constructor_WithAPrefixOfNoParameter_NamesIt()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split);
        Assert.Contains("'core.'", Assert.Throws<TrainingException>(() => Run(network, data, split, new TrainingOptions { Freeze = ["core."] })).Message, StringComparison.Ordinal);
        Assert.Contains("nothing is left", Assert.Throws<TrainingException>(() => Run(network, data, split, new TrainingOptions { Freeze = [""] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAFrozenPart_LeavesItAsItIs()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(400, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        using INetwork network = Network(data, split);
        Dictionary<string, float[]> before = network.Parameters.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToArray());
        Run(network, data, split, new TrainingOptions { Epochs = 1, BatchSize = 32, Freeze = ["visual_encoder.", "bn."] });
        foreach ((string name, float[] values) in before)
        {
            if (name.StartsWith("visual_encoder.", StringComparison.Ordinal) || name.StartsWith("bn.", StringComparison.Ordinal))
                Assert.Equal(values, network.Parameters[name].ToArray());
        }
        Assert.NotEqual(before["fc.weight"], network.Parameters["fc.weight"].ToArray());
    }

    private static TrainingResult Run(INetwork network, Dataset data, DataSplit split, TrainingOptions options)
        => new Trainer([new TrainingSession("mouse", network, data, split)], options).Run(TestContext.Current.CancellationToken);

    private static INetwork Network(Dataset data, DataSplit split) => NetworkFile.Create(Spec(data, split.Fit), 11);

    private static XuSpec Spec(Dataset data, int[] fit) => new()
    {
        Inputs = data.WithStatistics(fit),
        UnitIds = data.UnitIds,
        Hidden = 8,
        ConvolutionChannels = [4],
        Kernel = 3,
        Dropout = 0,
    };

    // Eighty bins of noise, with an input of one that is infinite.
    private static Dataset Sequence(int infinite)
    {
        var random = new Random(1);
        float[][] Rows(int length) => [.. Enumerable.Range(0, 80).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextSingle()).ToArray())];
        float[][] behaviour = Rows(2);
        behaviour[infinite][1] = float.PositiveInfinity;
        return new Dataset(new DatasetContent
        {
            Inputs = ToyRig.Spec.Inputs,
            Values = [new FloatRows(Rows(ToyRig.Size * ToyRig.Size), ToyRig.Size * ToyRig.Size), new FloatRows(behaviour, 2)],
            UnitIds = ["a", "b"],
            Activity = new FloatRows(Rows(2), 2),
            Known = [.. Enumerable.Repeat(true, 80)],
            BinNs = ToyRig.BinNs,
            Indices = [.. Enumerable.Range(0, 80).Select(static bin => (long)bin)],
            Unbroken = [.. Enumerable.Range(1, 80)],
        });
    }
}
