using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch.Formats;

namespace LoopRig.Rig.Tests.CommandLine;

/// <summary>The built program trains as a process of its own: what a power switch and Ctrl-C do to it.</summary>
public sealed class TrainVerbTests : IDisposable
{
    private const int Side = 12, Images = 400, Units = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-train-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TrainVerbTests()
    {
        var random = new Random(1);
        Directory.CreateDirectory(Path.Combine(_folder, "data", "region1"));
        NpyFile.Write(Path.Combine(_folder, "data", "region1", "validation_inputs.npy"), [.. Enumerable.Range(0, Images * Side * Side).Select(_ => random.Next(256) * 1e-6)], Images, Side * Side);
        NpyFile.Write(Path.Combine(_folder, "data", "region1", "raw_validation_set.npy"), [.. Enumerable.Range(0, Images * Units).Select(_ => random.NextDouble() * 3)], 1, Images, Units);
        File.WriteAllText(Path.Combine(_folder, "train.json"), $$"""
            {
              "network": { "kind": "xu", "behaviour": "none", "shifter": false, "height": {{Side}}, "width": {{Side}}, "convolutionChannels": [16], "dropout": 0.5 },
              "data": { "kind": "images", "folder": "data" },
              "training": { "epochs": 30, "patience": 30, "batchSize": 16, "checkpointSteps": 4, "optimiser": { "kind": "adamw" }, "averaging": { } },
              "seed": 5
            }
            """);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_KilledInTheMiddleAndStartedAgain_GivesTheSameWeightsAsUninterrupted()
    {
        var whole = await LoopRigProcess.RunAsync(Arguments("whole"));
        Assert.Equal(0, whole.ExitCode);
        var checkpoint = Path.Combine(_folder, "killed", "last.checkpoint");
        var kills = 0;
        for (var epoch = 2; epoch <= 14; epoch += 4)
        {
            using var process = Start("killed");
            while (!process.HasExited && !(File.Exists(checkpoint) && EpochOf(checkpoint) >= epoch))
            {
                await Task.Delay(5, Stop);
            }
            kills += process.HasExited ? 0 : 1;
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(Stop);
        }
        Assert.True(kills >= 2, $"killed {kills} times");
        var resumed = await LoopRigProcess.RunAsync(Arguments("killed"));
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("going on from its checkpoint", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(Hash("whole"), Hash("killed"));
        Assert.Equal(Weights("whole"), Weights("killed"));
    }

    [Fact]
    public async Task Train_ToldToEnd_WritesACheckpointAndGoesOnLater()
    {
        using (var process = Start("ended"))
        {
            var checkpoint = Path.Combine(_folder, "ended", "last.checkpoint");
            while (!process.HasExited && !File.Exists(checkpoint))
            {
                await Task.Delay(5, Stop);
            }
            using var kill = Process.Start("/bin/kill", ["-INT", $"{process.Id}"]);
            await process.WaitForExitAsync(Stop);
            Assert.Equal(1, process.ExitCode);
        }
        var summary = Path.Combine(_folder, "summary.json");
        var resumed = await LoopRigProcess.RunAsync([.. Arguments("ended"), "--summary", summary]);
        Assert.Equal(0, resumed.ExitCode);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, Stop))!;
        Assert.True((bool)json["finished"]!);
        Assert.Equal(30, (int)json["epochs"]!);
        Assert.True((long)json["peak_memory_bytes"]! > 1 << 20);
    }

    [Fact]
    public async Task Train_WithAKeyThatIsUnknown_NamesItAndExitsWithTwo()
    {
        var path = Path.Combine(_folder, "wrong.json");
        File.WriteAllText(path, File.ReadAllText(Path.Combine(_folder, "train.json")).Replace("\"patience\"", "\"patient\"", StringComparison.Ordinal));
        var result = await LoopRigProcess.RunAsync("train", path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("wrong.json:4: training.patient: unknown key", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:64", 3, "cuda:64 is not there")]
    [InlineData("gpu", 2, "'gpu' is no device")]
    public async Task Train_OnADeviceThatIsNotThere_NamesItAndTrainsNothing(string device, int exitCode, string words)
    {
        var result = await LoopRigProcess.RunAsync([.. Arguments("absent"), "--device", device]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "absent")));
    }

    private string[] Arguments(string run) => ["train", Path.Combine(_folder, "train.json"), "--out", Path.Combine(_folder, run), "--threads", "1"];

    private Process Start(string run) => Process.Start(new ProcessStartInfo("dotnet", [LoopRigProcess.Program, .. Arguments(run)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static int EpochOf(string checkpoint)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        return (int)JsonNode.Parse(file.Metadata["looprig.state"])!["Epoch"]!;
    }

    private string Hash(string run)
    {
        using var network = NetworkFile.Load(Path.Combine(_folder, run, "best", "region1.safetensors"));
        return network.Hash;
    }

    private string[] Weights(string run)
    {
        using var file = SafetensorsFile.Open(Path.Combine(_folder, run, "last.checkpoint"));
        return [.. file.Arrays.Values.Select(array => $"{array} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(array.ReadBytes()))}")];
    }
}
