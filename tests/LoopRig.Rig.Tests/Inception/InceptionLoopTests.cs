using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Models;
using LoopRig.Recording;
using LoopRig.Rig.Tests.CommandLine;

namespace LoopRig.Rig.Tests.Inception;

/// <summary>The whole loop as a process of its own, on a small simulated animal: what a power switch does to it in each of its states.</summary>
public sealed class InceptionLoopTests : IDisposable
{
    private static readonly string[] s_stages = ["collect", "train", "select", "synthesise", "present", "verify"];

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-inception-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Loop => Path.Combine(_folder, "loop");

    public InceptionLoopTests()
    {
        var rig = Read("sim-head-fixed.json");
        rig["session"] = new JsonObject { ["folder"] = Path.Combine(_folder, "sessions") };
        rig["transport"] = new JsonObject { ["kind"] = "ipc", ["folder"] = Path.Combine(_folder, "sockets") };
        rig["adapters"]!.AsArray().Single(static a => (string?)a!["kind"] == "simulated-head-fixed")!["units"] = 8;
        File.WriteAllText(Path.Combine(_folder, "rig.json"), rig.ToJsonString());
        var loop = Read("inception-demo.json");
        loop["rig"] = "rig.json";
        loop["folder"] = "loop";
        // What it finds does not matter here, only that every stage is real.
        Set(loop["collect"]!, ("count", 300), ("seconds", 0.096), ("repeated", 12), ("repeats", 4), ("blocks", 3));
        Set(loop["train"]!["training"]!, ("epochs", 4), ("checkpointSteps", 2));
        Set(loop["select"]!, ("units", 2), ("leastReliability", 0));
        Set(loop["synthesise"]!, ("steps", 40));
        Set(loop["present"]!, ("repeats", 3), ("seconds", 0.096), ("naturals", 1));
        File.WriteAllText(Path.Combine(_folder, "loop.json"), loop.ToJsonString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_KilledInEachState_GoesOnWhereItStoodAndEndsWhole()
    {
        foreach (var stage in s_stages)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [LoopRigProcess.Program, .. Arguments()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync(Stop);
            while (!process.HasExited && !(StageOf() == stage && HasBegun(stage)))
            {
                await Task.Delay(1, Stop);
            }
            Assert.False(process.HasExited, $"the loop ended before it was killed in {stage}: {(process.HasExited ? await error : "")}");
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(Stop);
            Assert.Equal(stage, StageOf());
        }
        var summary = Path.Combine(_folder, "summary.json");
        var resumed = await LoopRigProcess.RunAsync([.. Arguments(), "--summary", summary]);
        Assert.Contains("going on in verify", resumed.Error, StringComparison.Ordinal);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, Stop))!;
        Assert.Null(json["error"]);
        Assert.Equal(s_stages, json["resumed_in"]!.AsArray().Select(static s => (string)s!));
        Assert.Equal(7, (int)json["starts"]!);
        // The fixed keys of a live run are there, of the presentation that was killed once and began anew.
        Assert.True((long)json["predictions"]! > 40);
        Assert.NotNull(json["latency_us"]!["p99"]);
        Assert.Equal(2 * 4 * 3, (int)json["presentations"]!);
        Assert.Equal(2, (int)json["units_selected"]!);
        var state = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Loop, "state.json"), Stop))!;
        string[] used = [.. state["collected"]!.AsArray().Select(static s => (string)s!), (string)state["repeated"]!, (string)state["presented"]!];
        Assert.Equal(5, used.Distinct().Count());
        Assert.All(used, static session => Assert.Equal(SessionState.Closed, new SessionReader(session).Info.State));
        // The presentation that was killed is kept, told, and not used; of a block, when its session had begun.
        string[] abandoned = [.. state["abandoned"]!.AsArray().Select(static s => (string)s!)];
        Assert.NotEmpty(abandoned);
        Assert.Empty(abandoned.Intersect(used));
        Assert.Contains("<svg", await File.ReadAllTextAsync(Path.Combine(Loop, "report.html"), Stop), StringComparison.Ordinal);
        using var network = NetworkFile.Load((string)state["network"]!);
        Assert.Equal((string)json["network"]!, network.Hash);
    }

    [Fact]
    public async Task Run_OfAnotherConfigurationInTheSameFolder_IsRefused()
    {
        Directory.CreateDirectory(Loop);
        await File.WriteAllTextAsync(Path.Combine(Loop, "state.json"), """{ "version": 2, "config": { "rig": "0123456789abcdef" }, "stage": "train" }""", Stop);
        var result = await LoopRigProcess.RunAsync(Arguments());
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("holds a loop of another configuration", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StateOfAnotherVersion_IsRefused()
    {
        Directory.CreateDirectory(Loop);
        await File.WriteAllTextAsync(Path.Combine(Loop, "state.json"), """{ "version": 1, "config": "0123456789abcdef", "stage": "train" }""", Stop);
        var result = await LoopRigProcess.RunAsync(Arguments());
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is of version 1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KeyOfAStageThatFailedIsCorrected_GoesOnWithWhatWasRecorded()
    {
        var loop = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "loop.json"), Stop))!;
        Set(loop["select"]!, ("leastReliability", 0.9999));
        await File.WriteAllTextAsync(Path.Combine(_folder, "loop.json"), loop.ToJsonString(), Stop);
        var failed = await LoopRigProcess.RunAsync(Arguments());
        Assert.Contains("have a reliability of", failed.Error, StringComparison.Ordinal);
        Assert.Equal("select", StageOf());
        var recorded = State()!["collected"]!.ToJsonString();
        // What was recorded cannot be asked for otherwise any more ...
        Set(loop["select"]!, ("leastReliability", 0));
        Set(loop["collect"]!, ("count", 310));
        await File.WriteAllTextAsync(Path.Combine(_folder, "loop.json"), loop.ToJsonString(), Stop);
        var refused = await LoopRigProcess.RunAsync(Arguments());
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("collect is done with another value", refused.Error, StringComparison.Ordinal);
        // ... but how it is judged and what comes later can; and a comment in the rig's file changes nothing.
        Set(loop["collect"]!, ("count", 300));
        Set(loop["present"]!, ("repeats", 2));
        await File.WriteAllTextAsync(Path.Combine(_folder, "loop.json"), loop.ToJsonString(), Stop);
        await File.AppendAllTextAsync(Path.Combine(_folder, "rig.json"), "\n// another word\n", Stop);
        var summary = Path.Combine(_folder, "summary.json");
        var resumed = await LoopRigProcess.RunAsync([.. Arguments(), "--summary", summary]);
        Assert.Contains("going on in select", resumed.Error, StringComparison.Ordinal);
        Assert.Equal("done", StageOf());
        Assert.Equal(recorded, State()!["collected"]!.ToJsonString());
        Assert.Equal(2 * 4 * 2, (int)JsonNode.Parse(await File.ReadAllTextAsync(summary, Stop))!["presentations"]!);
    }

    [Fact]
    public async Task Run_WithSeconds_IsRefused()
    {
        var result = await LoopRigProcess.RunAsync([.. Arguments(), "--seconds", "5"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("takes no --seconds", result.Error, StringComparison.Ordinal);
    }

    private string[] Arguments() => ["run", Path.Combine(_folder, "loop.json")];

    // In the middle of what the stage does, where that can be seen from outside.
    private bool HasBegun(string stage) => stage switch
    {
        "collect" => CountOf("collected") >= 1 && Directory.EnumerateDirectories(Path.Combine(Loop, "sessions")).Count() > CountOf("collected"),
        "train" => File.Exists(Path.Combine(Loop, "training", "last.checkpoint")),
        "present" => Directory.EnumerateDirectories(Path.Combine(Loop, "sessions")).Any(s => File.Exists(Path.Combine(s, "session.json")) && !s.Contains("collect", StringComparison.Ordinal) && !s.Contains("repeated", StringComparison.Ordinal)),
        _ => true,
    };

    private string? StageOf() => (string?)State()?["stage"];

    private int CountOf(string key) => State()?[key]?.AsArray().Count ?? 0;

    private JsonNode? State()
    {
        var path = Path.Combine(Loop, "state.json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
    }

    private static JsonObject Read(string config) =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("rig-configs", config)), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();

    private static void Set(JsonNode of, params (string Key, double Value)[] values)
    {
        foreach (var (key, value) in values)
        {
            of[key] = value == Math.Floor(value) ? (int)value : value;
        }
    }
}
