using System.Text;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class TrainingRunTests : IDisposable
{
    private readonly ToyRegions _data = new(120, 3, 5);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<OptimiserConfig, ScheduleConfig, bool> Ways => new()
    {
        { new AdamConfig { LearningRate = 3e-3 }, new ConstantSchedule(), false },
        { new AdamWConfig { LearningRate = 3e-3 }, new CosineSchedule { WarmUpEpochs = 1, CycleEpochs = 3 }, true },
        { new SgdClipConfig(), new PlateauSchedule { Patience = 0, Minimum = 1e-3 }, false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Execute_StoppedAfterEveryFewSteps_EndsWithTheSameBitsAsAtOnce(OptimiserConfig optimiser, ScheduleConfig schedule, bool averaged)
    {
        TrainConfig config = _data.Train(4);
        config = config with { Training = config.Training with { Optimiser = optimiser, Schedule = schedule, Averaging = averaged ? new AveragingConfig { Decay = 0.9 } : null } };
        TrainingOutcome whole = TrainingRun.Execute(config, _folder.Of("whole"), null, Stop);
        // 18 steps an epoch: stops lie within epochs and between them.
        int runs = 0;
        TrainingOutcome pieces;
        do
        {
            using var stop = new CancellationTokenSource();
            int steps = 0;
            pieces = TrainingRun.Execute(config, _folder.Of("pieces"), null, stop.Token, () =>
            {
                if (++steps == 5)
                    stop.Cancel();
            });
        }
        while (!pieces.Training.Finished && ++runs < 30);
        Assert.InRange(runs, 10, 20);
        Assert.Equal(whole.Training.ValidationLosses, pieces.Training.ValidationLosses);
        Assert.Equal(whole.Training.BestEpoch, pieces.Training.BestEpoch);
        foreach ((SessionNetwork a, SessionNetwork b) in whole.Networks.Zip(pieces.Networks))
            Assert.Equal(Hash(a.Path), Hash(b.Path));
        Assert.Equal(Arrays(_folder.Of("whole", "last.checkpoint")), Arrays(_folder.Of("pieces", "last.checkpoint")));
        Assert.Equal(Metrics("whole"), Metrics("pieces"));
    }

    [Fact]
    public void Execute_SeveralSessions_ShareTheirCoreAndNothingElse()
    {
        TrainingOutcome outcome = TrainingRun.Execute(_data.Train(2), _folder.Path, null, Stop);
        Assert.Equal(["region1", "region2"], outcome.Networks.Select(static network => network.Session));
        using INetwork first = NetworkFile.Load(outcome.Networks[0].Path), second = NetworkFile.Load(outcome.Networks[1].Path);
        Assert.Equal((3, 5), (first.Units, second.Units));
        float[] Of(INetwork network, string name) => network.Parameters[name].ToArray();
        Assert.Equal(Of(first, "encoder.layers.0.weight"), Of(second, "encoder.layers.0.weight"));
        Assert.NotEqual(Of(first, "encoder.layers.5.weight").Take(5), Of(second, "encoder.layers.5.weight").Take(5));
        string[] rows = File.ReadAllLines(_folder.Of("metrics.csv"));
        Assert.EndsWith("validation_correlation:region1,validation_correlation:region2", rows[0], StringComparison.Ordinal);
        Assert.Equal(3, rows.Length);
        Assert.Contains("\"git\"", File.ReadAllText(_folder.Of("run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_WithTransfer_KeepsTheCoreFrozenAndTrainsTheRest()
    {
        TrainingOutcome old = TrainingRun.Execute(_data.Train(2), _folder.Of("old"), null, Stop);
        using var animal = new ToyRegions(100, 4);
        TrainConfig config = animal.Train(2) with { Transfer = new TransferConfig { From = old.Networks[0].Path } };
        TrainingOutcome outcome = TrainingRun.Execute(config, _folder.Of("new"), null, Stop);
        using INetwork from = NetworkFile.Load(old.Networks[0].Path), grown = NetworkFile.Load(outcome.Networks[0].Path);
        Assert.Equal(CoreOf(from), CoreOf(grown));
        Assert.Equal(4, grown.Units);
        TrainingOutcome thawed = TrainingRun.Execute(config with { Transfer = config.Transfer! with { Freeze = false } }, _folder.Of("thawed"), null, Stop);
        using INetwork moved = NetworkFile.Load(thawed.Networks[0].Path);
        Assert.NotEqual(from.Parameters["encoder.layers.0.weight"].ToArray(), moved.Parameters["encoder.layers.0.weight"].ToArray());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("fc.", false)]
    [InlineData("fc.", true)]
    public void Execute_WithTransferToSeveralSessions_KeepsTheSameInEach(string? more, bool averaged)
    {
        using var animal = new ToyRegions(100, 3);
        TrainingOutcome old = TrainingRun.Execute(animal.Train(2), _folder.Of("old"), null, Stop);
        using var others = new ToyRegions(100, 3, 3);
        string[]? keep = more is null ? null : ["encoder.layers.0.", "encoder.layers.1.", more];
        TrainConfig config = others.Train(2) with { Transfer = new TransferConfig { From = old.Networks[0].Path, Keep = keep } };
        config = config with { Training = config.Training with { Averaging = averaged ? new AveragingConfig { Decay = 0.9 } : null } };
        TrainingOutcome outcome = TrainingRun.Execute(config, _folder.Of("new"), null, Stop);
        using INetwork from = NetworkFile.Load(old.Networks[0].Path), first = NetworkFile.Load(outcome.Networks[0].Path), second = NetworkFile.Load(outcome.Networks[1].Path);
        foreach (INetwork grown in (INetwork[])[first, second])
        {
            Assert.Equal(CoreOf(from), CoreOf(grown));
            foreach ((string name, Tensor parameter) in from.Parameters.Where(pair => more is not null && pair.Key.StartsWith(more, StringComparison.Ordinal)))
                Assert.Equal(parameter.ToArray(), grown.Parameters[name].ToArray());
        }
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.NotEqual(first.Hash, from.Hash);
    }

    [Fact]
    public void Execute_TransferOfACoreThatDoesNotFit_NamesTheArrays()
    {
        TrainingOutcome old = TrainingRun.Execute(_data.Train(1), _folder.Of("old"), null, Stop);
        TrainConfig config = _data.Train(1) with { Transfer = new TransferConfig { From = old.Networks[0].Path } };
        config = config with { Network = (XuRecipe)config.Network with { ConvolutionChannels = [6] } };
        var error = Assert.Throws<NetworkException>(() => TrainingRun.Execute(config, _folder.Of("new"), null, Stop));
        Assert.Contains("encoder.layers.0.weight is [4, 1, 7, 7], [6, 1, 7, 7] is needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_CheckpointOfAnotherConfig_IsRefusedWithTheDifferenceNamed()
    {
        TrainConfig config = _data.Train(1);
        TrainingRun.Execute(config, _folder.Path, null, Stop);
        Dictionary<string, byte[]> before = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(static file => file, File.ReadAllBytes);
        var seed = Assert.Throws<TrainingException>(() => TrainingRun.Execute(config with { Seed = 5 }, _folder.Path, null, Stop));
        Assert.Contains("seed is 4 there and 5 here", seed.Message, StringComparison.Ordinal);
        var batch = Assert.Throws<TrainingException>(() => TrainingRun.Execute(config with { Training = config.Training with { BatchSize = 8 } }, _folder.Path, null, Stop));
        Assert.Contains("training.batchSize is 16 there and 8 here", batch.Message, StringComparison.Ordinal);
        // The folder is as it was, with the config of its networks beside them.
        Assert.Equal(before.Keys.Order(), Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order());
        Assert.All(before, static file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        // Where it is written plays no part.
        Assert.True(TrainingRun.Execute(config with { Output = "elsewhere" }, _folder.Path, null, Stop).Training.Finished);
    }

    [Fact]
    public void Execute_Fresh_BeginsAnewWhateverTheCheckpointIsOf()
    {
        TrainConfig config = _data.Train(1);
        string first = Hash(TrainingRun.Execute(config, _folder.Path, null, Stop).Networks[0].Path);
        TrainingOutcome again = TrainingRun.Execute(config with { Fresh = true, Seed = 5 }, _folder.Path, null, Stop);
        Assert.Equal(1, again.Training.Epochs);
        Assert.NotEqual(first, Hash(again.Networks[0].Path));
        int steps = 0;
        Assert.Equal(first, Hash(TrainingRun.Execute(config with { Fresh = true }, _folder.Path, null, Stop, () => steps++).Networks[0].Path));
        Assert.True(steps > 0);
    }

    [Fact]
    public void Execute_Fresh_LeavesNothingOfTheRunBeforeButTheLogOfItsTests()
    {
        TrainConfig config = _data.Train(1);
        TrainingRun.Execute(config, _folder.Path, null, Stop);
        string events = Assert.Single(Directory.GetFiles(_folder.Path, "events.out.tfevents.*")), floor = _folder.Of("ridge-energy", "best", "region1.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(floor)!);
        File.Copy(_folder.Of("best", "region1.safetensors"), floor);
        File.WriteAllText(_folder.Of(TestLog.Name), "{}\n");
        File.WriteAllText(events, "of the run before");
        using var stop = new CancellationTokenSource();
        TrainingRun.Execute(config with { Fresh = true }, _folder.Path, null, stop.Token, stop.Cancel);   // stopped in its first pass
        Assert.Empty(Directory.GetFiles(_folder.Of("best")));
        Assert.False(Directory.Exists(_folder.Of("ridge-energy")));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path, "events.out.tfevents.*"), static file => File.ReadAllText(file) == "of the run before");
        Assert.True(File.Exists(_folder.Of(TestLog.Name)));
    }

    [Theory]
    [InlineData("{ \"resumed\": [")]
    [InlineData("[]")]
    [InlineData("")]
    public void Execute_WithADamagedRecord_GoesOnWithANewOne(string record)
    {
        TrainConfig config = _data.Train(2);
        using var stop = new CancellationTokenSource();
        int steps = 0;
        TrainingRun.Execute(config, _folder.Path, null, stop.Token, () =>
        {
            if (++steps == 20)
                stop.Cancel();
        });
        File.WriteAllText(_folder.Of("run.json"), record);
        Assert.True(TrainingRun.Execute(config, _folder.Path, null, Stop).Training.Finished);
        Assert.Contains("\"git\"", File.ReadAllText(_folder.Of("run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_SessionAskedForTwice_IsRefusedByName()
        => Assert.Contains("region2 is asked for twice", Assert.Throws<LoopRigException>(() => TrainingRun.Execute(_data.Train(1) with { Data = _data.Config with { Sessions = ["region2", "region1", "region2"] } }, _folder.Path, null, Stop)).Message, StringComparison.Ordinal);

    [Fact]
    public void Execute_StoppedInTheFirstPass_LeavesNoNetworkThatLooksTrained()
    {
        using var stop = new CancellationTokenSource();
        TrainingOutcome outcome = TrainingRun.Execute(_data.Train(2), _folder.Path, null, stop.Token, stop.Cancel);
        Assert.False(outcome.Training.Finished);
        Assert.Empty(outcome.Networks);
        Assert.Empty(Directory.GetFiles(_folder.Of("best")));
        Assert.Equal(2, TrainingRun.Execute(_data.Train(2), _folder.Path, null, Stop).Networks.Count);
    }

    [Fact]
    public void Execute_CheckpointOfAnotherLibtorch_GoesOnAndSaysThatBitsMayDiffer()
    {
        TrainConfig config = _data.Train(1);
        Assert.Null(TrainingRun.Execute(config, _folder.Path, null, Stop).Caveat);
        Assert.Null(TrainingRun.Execute(config, _folder.Path, null, Stop).Caveat);
        string version = LibTorch.Version.ToString(), other = version[..^1] + "x", checkpoint = _folder.Of("last.checkpoint");
        File.WriteAllBytes(checkpoint, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(checkpoint)).Replace(version, other, StringComparison.Ordinal)));
        Assert.Contains($"written with libtorch \"{other}\", gone on from with \"{version}\"", TrainingRun.Execute(config, _folder.Path, null, Stop).Caveat, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_ForeignOrCutCheckpoint_IsRefused()
    {
        TrainConfig config = _data.Train(1);
        TrainingRun.Execute(config, _folder.Path, null, Stop);
        string checkpoint = _folder.Of("last.checkpoint");
        byte[] whole = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, whole[..(whole.Length / 2)]);
        Assert.Throws<DataFileException>(() => TrainingRun.Execute(config, _folder.Path, null, Stop));
        File.Copy(_folder.Of("best", "region1.safetensors"), checkpoint, overwrite: true);
        Assert.Contains("no checkpoint", Assert.Throws<TrainingException>(() => TrainingRun.Execute(config, _folder.Path, null, Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_WhenTheDiskIsFull_KeepsTheLastGoodCheckpoint()
    {
        TrainConfig config = _data.Train(2);
        TrainingRun.Execute(config, _folder.Of("whole"), null, Stop);
        using (var stop = new CancellationTokenSource())
        {
            int steps = 0;
            TrainingRun.Execute(config, _folder.Of("run"), null, stop.Token, () =>
            {
                if (++steps == 5)
                    stop.Cancel();
            });
        }
        string checkpoint = _folder.Of("run", "last.checkpoint");
        byte[] good = File.ReadAllBytes(checkpoint);
        // Every write to this device fails as on a disk without room.
        File.CreateSymbolicLink(checkpoint + ".part", "/dev/full");
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Execute(config, _folder.Of("run"), null, Stop));
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Contains("the checkpoint before is as it was", error.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(checkpoint));
        // With room again it goes on to the same end.
        TrainingRun.Execute(config, _folder.Of("run"), null, Stop);
        Assert.Equal(Arrays(_folder.Of("whole", "last.checkpoint")), Arrays(checkpoint));
    }

    [Fact]
    public void Execute_WhileAnotherRunWritesThere_IsRefused()
    {
        TrainConfig config = _data.Train(1);
        var refused = new List<TrainingException>();
        TrainingRun.Execute(config, _folder.Path, null, Stop, () =>
        {
            if (refused.Count == 0)
                refused.Add(Assert.Throws<TrainingException>(() => TrainingRun.Execute(config, _folder.Path, null, Stop)));
        });
        Assert.Contains("another training", Assert.Single(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_NanResponse_IsLeftOutOfTheLoss()
    {
        string file = _data.Folder.Of("region1", "raw_validation_set.npy");
        double[] responses;
        using (var npy = new NpyFile(file))
            responses = npy.ReadDoubles();
        for (int i = 0; i < responses.Length; i += 7)
            responses[i] = double.NaN;
        NpyFile.Write(file, responses, 2, 120, 3);
        TrainingOutcome outcome = TrainingRun.Execute(_data.Train(3), _folder.Path, null, Stop);
        Assert.All(outcome.Training.ValidationLosses, static loss => Assert.True(double.IsFinite(loss)));
        Assert.True(outcome.Training.ValidationLosses[^1] < outcome.Training.ValidationLosses[0]);
    }

    private string[] Metrics(string run)
        // Times differ from run to run.
        => [.. File.ReadAllLines(_folder.Of(run, "metrics.csv")).Select(static row => string.Join(',', row.Split(',').Where(static (_, column) => column is not (2 or 8))))];

    // Weights and running statistics, to the bit.
    private static float[] CoreOf(INetwork network)
        => [.. ((string[])["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]).SelectMany(name => network.Parameters[$"encoder.{name}"].ToArray()),
            .. network.Weights.Buffers["encoder.layers.1.running_mean"].ToArray(), .. network.Weights.Buffers["encoder.layers.1.running_var"].ToArray()];

    private static string Hash(string path)
    {
        using INetwork network = NetworkFile.Load(path);
        return network.Hash;
    }

    private static string[] Arrays(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return [.. file.Arrays.Values.Select(static array => $"{array} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(array.ReadBytes()))}")];
    }
}
