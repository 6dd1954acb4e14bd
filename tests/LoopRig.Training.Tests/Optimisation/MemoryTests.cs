using System.Globalization;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class MemoryTests(ITestOutputHelper output)
{
    private const long Allowed = 12 << 20;

    [Fact]
    public void Run_ForAThousandSteps_KeepsItsMemory()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(1600, 6)).Build();
        DataSplit split = DataSplit.Cut(data, 2, 1);
        using INetwork network = NetworkFile.Create(new XuSpec
        {
            Inputs = data.WithStatistics(split.Fit),
            UnitIds = data.UnitIds,
            OutputDelayBins = 1,
            Window = 2,
            Hidden = 16,
            ConvolutionChannels = [8, 8],
            Kernel = 3,
        }, 1);
        long tensors = LibTorch.LiveTensors;
        var resident = new List<long>();
        var options = new TrainingOptions { Epochs = 15, Patience = 15, BatchSize = 8, StepsPerEpoch = 100, Averaging = new AveragingConfig(), Optimiser = new SgdClipConfig { LearningRate = 1e-3 } };
        new Trainer([new TrainingSession("mouse", network, data, split)], options) { EpochEnded = _ => resident.Add(Resident()) }.Run(TestContext.Current.CancellationToken);
        Assert.Equal(tensors, LibTorch.LiveTensors);
        output.WriteLine(string.Join(" ", resident.Select(static bytes => $"{bytes >> 10}")) + " KiB");
        // The first five hundred steps warm caches, collector and code up; the next thousand add nothing.
        Assert.True(resident[14] - resident[4] < Allowed, $"{(resident[14] - resident[4]) >> 10} KiB more after a thousand steps");
    }

    private static long Resident()
        => long.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
}
