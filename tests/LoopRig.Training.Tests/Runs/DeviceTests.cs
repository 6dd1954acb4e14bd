using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class DeviceTests : IDisposable
{
    private readonly ToyRegions _data = new(120, 3, 5);
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Require_OfADeviceThatIsNotThere_NamesIt()
    {
        Cuda.Require(Device.Cpu);
        Assert.StartsWith("cuda:64 is not there", Assert.Throws<NotReadyException>(() => Cuda.Require(Device.Cuda(64))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Precision.Full)]
    [InlineData(Precision.Mixed)]
    public void Execute_BegunOnCudaAndEndedOnTheCpu_TrainsOneCoreThatBothSessionsShare(Precision precision)
    {
        if (!Cuda.IsAvailable) Assert.Skip("no CUDA device");
        TrainConfig config = _data.Train(4);
        config = config with { Test = true, Training = config.Training with { Precision = precision, Averaging = new AveragingConfig { Decay = 0.9 } } };
        using var stop = new CancellationTokenSource();
        int steps = 0;
        TrainingOutcome first = TrainingRun.Execute(config with { Device = Device.Cuda() }, _folder.Path, null, stop.Token, () =>
        {
            if (++steps == 30)
                stop.Cancel();
        });
        Assert.False(first.Training.Finished);
        TrainingOutcome outcome = TrainingRun.Execute(config, _folder.Path, null, Stop);
        Assert.True(outcome.Training.Finished);
        Assert.True(outcome.Training.ValidationLosses[^1] < outcome.Training.ValidationLosses[0]);
        using INetwork one = NetworkFile.Load(outcome.Networks[0].Path), other = NetworkFile.Load(outcome.Networks[1].Path);
        Assert.Equal(one.Parameters["encoder.layers.0.weight"].ToArray(), other.Parameters["encoder.layers.0.weight"].ToArray());
        RunTest here = RunTest.Execute(config, _folder.Path, Stop), there = RunTest.Execute(config with { Device = Device.Cuda() }, _folder.Path, Stop);
        Assert.Equal(here.Average, there.Average, 1e-3);
    }
}
