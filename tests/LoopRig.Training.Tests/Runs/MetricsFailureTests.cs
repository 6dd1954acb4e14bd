using LoopRig.Torch.Formats;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class MetricsFailureTests : IDisposable
{
    private readonly ToyRegions _data = new(120, 3);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Execute_WhenMetricsCannotBeWritten_KeepsThePassInItsCheckpoint()
    {
        TrainConfig config = _data.Train(3);
        TrainingRun.Execute(config, _folder.Of("whole"), null, Stop);
        string metrics = _folder.Of("run", "metrics.csv");
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Execute(config, _folder.Of("run"), null, Stop, () =>
        {
            // Every write to this device fails as on a disk without room.
            File.Delete(metrics);
            File.CreateSymbolicLink(metrics, "/dev/full");
        }));
        Assert.Contains("pass 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        File.Delete(metrics);
        int steps = 0, all = 0;
        TrainingOutcome outcome = TrainingRun.Execute(config, _folder.Of("run"), null, Stop, () => steps++);
        TrainingRun.Execute(config, _folder.Of("again"), null, Stop, () => all++);
        Assert.Equal(all * 2 / 3, steps);   // the first pass was not trained again
        Assert.True(outcome.Training.Finished);
        Assert.Equal(Weights("whole"), Weights("run"));
    }

    private string[] Weights(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Of(run, "best", "region1.safetensors"));
        return [.. file.Arrays.Values.Select(static array => $"{array} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(array.ReadBytes()))}")];
    }
}
