using System.Text.Json.Nodes;
using LoopRig.Models;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class RunTestTests(ITestOutputHelper output)
{
    [Fact]
    public void Execute_MacaqueV4Session_ComparesWithTheFloorAndLogsEveryOpening()
    {
        string data = SharedData.Folder("macaque_v4"), folder = Directory.CreateTempSubdirectory("looprig-run-").FullName;
        try
        {
            var config = new TrainConfig
            {
                Network = new ImagesRecipe { Height = 28, Width = 28, Levels = 2, Orientations = 4, Grid = 4, Channels = 16, Streams = 2, ShiftPixels = 1 },
                // Not the split of the rig config: its test images stay closed here.
                Data = new ImagesConfig { Folder = data, Sessions = ["210305"], Split = new ModuloSplit { Test = [1], Validation = [2] } },
                Training = new TrainingOptions { Epochs = 2, BatchSize = 32, Optimiser = new AdamWConfig { LearningRate = 0.005 }, Averaging = new AveragingConfig { Decay = 0.9 } },
                Floor = ImageFeatures.Energy,
                CompareWith = [Path.Combine(folder, "not-there")],
            };
            TrainingOutcome outcome = TrainingRun.Execute(config, folder, stop: TestContext.Current.CancellationToken);
            Assert.False(File.Exists(Path.Combine(folder, TestLog.Name)));   // training leaves the test part closed
            RunTest test = RunTest.Execute(config, folder, TestContext.Current.CancellationToken);
            string[] lines = [.. test.Lines()];
            foreach (string line in lines)
                output.WriteLine(line);
            Assert.InRange(test.Average, -1, 1);
            Assert.Contains(lines, static line => line.Contains("ridge-energy", StringComparison.Ordinal) && line.Contains("paired over 70 units", StringComparison.Ordinal));
            Assert.Contains(lines, static line => line.StartsWith("not compared with", StringComparison.Ordinal));
            // Two floors that are one and the same would pass any comparison: the floor predicts, and not as the network does.
            JsonNode floor = test.ToJson()["against"]!["ridge-energy"]!;
            Assert.InRange((double)floor["average_median_correlation"]!, 0.2, 0.9);
            Assert.NotEqual(test.Average, (double)floor["average_median_correlation"]!, 1e-4);

            RunTest.Execute(config with { Floor = null }, folder, TestContext.Current.CancellationToken);
            JsonNode[] log = [.. File.ReadAllLines(Path.Combine(folder, TestLog.Name)).Select(static line => JsonNode.Parse(line)!)];
            Assert.Equal(["opened", "result", "opened", "result"], log.Select(static entry => (string)entry["what"]!));
            Assert.Equal((string)log[1]["config_sha256"]!, (string)log[3]["config_sha256"]!);  // what is compared with decides nothing
            Assert.Equal(test.Average, (double)log[1]["average_median_correlation"]!, 1e-4);
            Assert.True(outcome.Training.Finished);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
