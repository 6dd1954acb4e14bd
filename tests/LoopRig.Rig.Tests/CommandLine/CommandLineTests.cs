using System.Text.Json.Nodes;

namespace LoopRig.Rig.Tests.CommandLine;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Help_OfTheProgram_ListsTheVerbsAndSucceeds()
    {
        var run = await LoopRigProcess.RunAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(["run", "verify", "sessions", "replay", "model", "bench", "test"], verb => Assert.Contains(verb, run.Output, StringComparison.Ordinal));
        Assert.Contains("./looprig", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'dmo'", "dmo")]
    [InlineData("'--fast'", "test", "--fast")]
    [InlineData("Required command", "sessions")]
    [InlineData("absent.safetensors", "model", "info", "absent.safetensors")]
    [InlineData("xu-2024", "model", "import", "a", "b", "--kind", "xu-2024")]
    public async Task Run_OfBadArguments_NamesThemAndExitsWith2(string named, params string[] arguments)
    {
        var run = await LoopRigProcess.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Run_OfAVerbThatFails_ExitsWith1AndWritesTheSummary()
    {
        var summary = Path.Combine(_folder, "s.json");

        var run = await LoopRigProcess.RunAsync("sessions", "list", Path.Combine(_folder, "none"), "--summary", summary);

        Assert.Equal(1, run.ExitCode);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken))!;
        Assert.Equal(1, json["exit_code"]!.GetValue<int>());
        Assert.Contains("no such folder", json["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionsList_OfAnEmptyFolder_SaysSo()
    {
        var run = await LoopRigProcess.RunAsync("sessions", "list", _folder);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("0 sessions\n", run.Output);
    }

    [Fact]
    public async Task Run_WhenTheSummaryCannotBeWritten_ExitsWith1()
    {
        var run = await LoopRigProcess.RunAsync("sessions", "list", _folder, "--summary", Path.Combine(_folder, "no", "folder", "s.json"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("s.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelInfo_OfABrokenFile_NamesItAndExitsWith1()
    {
        var file = Path.Combine(_folder, "broken.safetensors");
        await File.WriteAllTextAsync(file, "this is no network", TestContext.Current.CancellationToken);

        var run = await LoopRigProcess.RunAsync("model", "info", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("broken.safetensors", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfASoundFileWithoutTheShim_ExitsWith3AndSaysWhatToDo()
    {
        Repository.SkipWithoutData();
        var network = Path.Combine(Repository.Data!, "mouse_v1_networks", "sensorium_sota_model.pth");

        var run = await LoopRigProcess.RunInAsync(new Dictionary<string, string> { ["LOOPRIG_NATIVE"] = _folder }, "model", "info", network);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("liblooprig_torch.so", run.Error, StringComparison.Ordinal);
    }
}
