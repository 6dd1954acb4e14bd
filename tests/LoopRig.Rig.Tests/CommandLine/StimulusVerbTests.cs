using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Rig.Tests.CommandLine;

/// <summary>The verb <c>stimulus</c>, and a rig with a display, as processes.</summary>
public sealed class StimulusVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-stimulus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Stimulus_Export_WritesFramesSheetAndTrials()
    {
        var file = Write("gabor.json", """{ "monitor": { "widthPx": 64, "heightPx": 36 }, "stimuli": { "g": { "kind": "gabor", "filters": 1 } } }""");
        var (output, summary) = (Path.Combine(_folder, "out"), Path.Combine(_folder, "s.json"));

        var run = await LoopRigProcess.RunAsync("stimulus", file, "--export", output, "--format", "npy", "--seconds", "0.2", "--summary", summary);

        Assert.SkipWhen(run.ExitCode == 3, run.Error);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        using var frames = new NpyFile(Path.Combine(output, "frames.npy"));
        Assert.Equal([12, 36, 64], frames.Shape);
        Assert.True(File.Exists(Path.Combine(output, "sheet.png")) && File.Exists(Path.Combine(output, "trials.json")));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken))!;
        Assert.Equal((60, 12), (json["frames"]!.GetValue<int>(), json["exported_frames"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabor", "contrast": 3 } } }""", "stimuli.g.contrast")]
    [InlineData("""{ "stimuli": { "g": { "kind": "gabbor" } } }""", "gabbor")]
    [InlineData("""{ "monitor": { "panDeg": 80, "centreRightCm": -200 }, "stimuli": { "g": { "kind": "gabor" } } }""", "monitor")]
    public async Task Stimulus_WrongFile_NamesTheKeyAndExitsWith2(string json, string key)
    {
        var run = await LoopRigProcess.RunAsync("stimulus", Write("wrong.json", json));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(key, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stimulus_ForARig_TakesItsMonitor()
    {
        var file = Write("f.json", """{ "monitor": { "refreshHz": 60 }, "stimuli": { "f": { "kind": "flash", "count": 1, "seconds": 0.5, "blankSeconds": 0.5 } } }""");
        var rig = Write("rig.json", """{ "subject": { "id": "x", "species": "in silico" }, "adapters": [ { "kind": "display", "name": "d", "monitor": { "refreshHz": 144 } } ] }""");

        var run = await LoopRigProcess.RunAsync("stimulus", file, "--rig", rig);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("144 frames", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"first\": \"flsh\", \"stimuli\": { \"flash\": \"flash.json\" }", "adapters[0].first")]
    [InlineData("\"monitor\": { \"panDeg\": 80, \"centreRightCm\": -200 }", "adapters[0].monitor")]
    [InlineData("\"monitor\": { \"distanceCm\": 0 }", "adapters[0].monitor.distanceCm")]
    [InlineData("\"monitor\": { \"gamma\": { \"photometer\": \"nowhere.csv\" } }", "adapters[0].monitor.gamma.photometer")]
    public async Task Run_DisplayThatCannotBe_NamesTheKeyAndExitsWith2(string keys, string key)
    {
        Write("flash.json", """{ "stimuli": { "f": { "kind": "flash" } } }""");
        var rig = Write("rig.json", $$"""{ "subject": { "id": "x", "species": "in silico" }, "adapters": [ { "kind": "display", "name": "d", {{keys}} } ] }""");

        var run = await LoopRigProcess.RunAsync("run", rig, "--seconds", "1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(key, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RigWithADisplay_RecordsARecordAFlip()
    {
        Write("flash.json", """{ "stimuli": { "f": { "kind": "flash", "count": 2, "seconds": 0.1, "blankSeconds": 0.1 } } }""");
        var config = Write("rig.json", """
            {
              "subject": { "id": "x", "species": "in silico" },
              "adapters": [
                { "kind": "display", "name": "display", "window": false, "clock": "paced", "monitor": { "widthPx": 64, "heightPx": 36 },
                  "stimuli": { "flash": "flash.json" }, "first": "flash", "frames": { "height": 18, "width": 32 } },
              ],
            }
            """);
        var summary = Path.Combine(_folder, "s.json");

        var run = await LoopRigProcess.RunAsync("run", config, "--seconds", "3", "--session-dir", Path.Combine(_folder, "sessions"), "--summary", summary);

        Assert.SkipWhen(run.Error.Contains("EGL", StringComparison.Ordinal), run.Error);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken))!;
        var display = json["displays"]![0]!;
        Assert.Equal("unverified", display["timing"]!.GetValue<string>());
        var flips = display["flips"]!.GetValue<long>();
        Assert.InRange(flips, 1, 181);
        var recorded = Flips(Directory.GetDirectories(Path.Combine(_folder, "sessions")).Single());
        Assert.Equal(flips, recorded.Count);
        Assert.Equal(Enumerable.Range(0, recorded.Count).Select(i => (long)i), recorded.Select(r => r[0]));
        // The flash file is 0.4 s, 24 frames, shown from the first flip on, one after the other: however few a busy computer comes to.
        var frames = recorded.Where(r => r[1] == 0).Select(r => r[3]).ToArray();
        Assert.InRange(frames.Length, 1, 24);
        Assert.Equal(Enumerable.Range(0, frames.Length).Select(i => (long)i), frames);
    }

    private static List<long[]> Flips(string session)
    {
        var records = new List<long[]>();
        using var reader = new SessionReader(session);
        using var cursor = reader.OpenCursor();
        while (cursor.Read())
        {
            if (cursor.TryMessage(out var header, out var payload) && header.Kind == MessageKind.Samples && cursor.Topic.SequenceEqual(WireFormat.Topic("display")))
            {
                records.Add([.. MemoryMarshal.Cast<byte, long>(payload)]);
            }
        }
        return records;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
