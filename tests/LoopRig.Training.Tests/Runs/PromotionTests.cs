using LoopRig.Models;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class PromotionTests : IDisposable
{
    private readonly ToyRegions _data = new(200, 12);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Network => _folder.Of("promoted.safetensors");

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Execute_WithoutANetwork_PromotesTheFirst()
    {
        PromotionOutcome outcome = Execute(1);
        Assert.True(outcome.Promoted);
        Assert.False(outcome.StartedFromOld);
        Assert.Null(outcome.Test);
        Assert.Equal(Hash(outcome.Training.Networks[0].Path), Hash(Network));
        Assert.False(File.Exists(Network + ".previous"));
    }

    [Fact]
    public void Execute_WhenTheNewOneIsBetter_ReplacesTheOldAndKeepsItBeside()
    {
        Execute(1);
        string old = Hash(Network);
        // From the promoted network on, for long: far better than after one epoch.
        PromotionOutcome outcome = Execute(30);
        Assert.True(outcome.StartedFromOld);
        Assert.True(outcome.New!.Prediction.MeanSingleBin > outcome.Old!.Prediction.MeanSingleBin);
        Assert.True(outcome.Test!.Value.WilcoxonP < 0.05);
        Assert.True(outcome.Promoted);
        Assert.Equal(old, Hash(Network + ".previous"));
        Assert.Equal(Hash(outcome.Training.Networks[0].Path), Hash(Network));
        Assert.NotEqual(old, Hash(Network));
    }

    [Fact]
    public void Execute_WhenTheNewOneIsNotBetter_LeavesTheOldInItsPlace()
    {
        Execute(30);
        byte[] before = File.ReadAllBytes(Network);
        // A network of another recipe cannot begin with the old one, and one epoch from scratch does not reach it.
        TrainConfig config = _data.Train(1);
        PromotionOutcome outcome = Promotion.Execute(config with { Network = (XuRecipe)config.Network with { ConvolutionChannels = [3] } }, _folder.Path, Network, null, Stop);
        Assert.False(outcome.StartedFromOld);
        Assert.False(outcome.Promoted);
        Assert.True(outcome.Test!.Value.MeanDifference < 0);
        Assert.Equal(before, File.ReadAllBytes(Network));
        Assert.False(File.Exists(Network + ".new"));
    }

    [Fact]
    public void Execute_WhenTheOldOneTakesOtherInputs_ComparesOnTheSameBins()
    {
        Execute(30);
        byte[] before = File.ReadAllBytes(Network);
        TrainConfig config = _data.Train(1);
        PromotionOutcome outcome = Promotion.Execute(config with { Network = (XuRecipe)config.Network with { Height = 12, Width = 12 } }, _folder.Path, Network, null, Stop);
        Assert.False(outcome.StartedFromOld);
        Assert.False(outcome.Promoted);
        Assert.Equal(outcome.New!.Bins, outcome.Old!.Bins);
        Assert.True(outcome.Test!.Value.MeanDifference < 0);
        Assert.Equal(before, File.ReadAllBytes(Network));
    }

    [Fact]
    public void Execute_WhenTheOldOneIsOfOtherUnits_IsRefusedBeforeTraining()
    {
        Execute(1);
        byte[] before = File.ReadAllBytes(Network);
        using var other = new ToyRegions(100, 4);
        using var folder = new TempFolder();
        var error = Assert.Throws<TrainingException>(() => Promotion.Execute(other.Train(1), folder.Path, Network, null, Stop));
        Assert.Contains("predicts 12 units, session region1 has 4, and the first that differs is number 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Network));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Execute_OfSeveralSessions_AsksToJoinThem()
    {
        using var several = new ToyRegions(60, 2, 2);
        Assert.Contains("join them", Assert.Throws<TrainingException>(() => Promotion.Execute(several.Train(1), _folder.Path, Network, null, Stop)).Message, StringComparison.Ordinal);
    }

    private PromotionOutcome Execute(int epochs) => Promotion.Execute(_data.Train(epochs), _folder.Path, Network, null, Stop);

    private static string Hash(string path)
    {
        using INetwork network = NetworkFile.Load(path);
        return network.Hash;
    }
}
