using LoopRig.Models;
using LoopRig.Recording;
using LoopRig.Rig.Demo;
using LoopRig.Simulation;
using LoopRig.Training;

namespace LoopRig.Rig.Tests.Demo;

public sealed class DemoRunTests
{
    [Fact]
    public void Run_OfAShortDemo_RecordsTrainsPredictsLiveAndReports()
    {
        var folder = Path.Combine(Directory.CreateTempSubdirectory("looprig-demo-").FullName, "demo");
        var settings = new DemoSettings
        {
            RecordedSeconds = 60,
            LiveSeconds = 4,
            Seed = 3,
            Units = 6,
            Training = new TrainingOptions { Epochs = 2, BatchSize = 64, Optimiser = new AdamConfig { LearningRate = 2e-3 }, Seed = 1 },
        };
        try
        {
            // Whether a minute of learning keeps the demo's promises is not asked here: only that every step is real.
            var summary = new DemoRun(settings, folder).Run(TestContext.Current.CancellationToken).Summary;
            Assert.True(File.Exists(Path.Combine(folder, "report.json")));
            Assert.True((long)summary["predictions"]! > 40);
            Assert.Equal(0, (long)summary["drops"]!);
            Assert.InRange((double)summary["noise_ceiling"]!["boxcar"]!, 0.3, 1);
            Assert.InRange((double)summary["test_correlation"]!["boxcar"]!, -1, (double)summary["noise_ceiling"]!["boxcar"]!);
            using var network = NetworkFile.Load(Path.Combine(folder, DemoRun.NetworkName));
            Assert.Equal(6, network.Units);
            using var recorded = new SessionReader(Path.Combine(folder, "recorded"));
            Assert.Equal(SessionState.Closed, recorded.Info.State);
            Assert.Empty(recorded.Index.Gaps);
            Assert.Equal(60 * 62.5, recorded.Index.Find(MouseStreams.Worldcam)!.Messages.Count, 5.0);
            Assert.Contains(recorded.Index.Events, e => e.Kind == "ground-truth");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }
}
