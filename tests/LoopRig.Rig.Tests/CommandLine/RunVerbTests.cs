using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace LoopRig.Rig.Tests.CommandLine;

/// <summary>The verb <c>run</c> as a process, on a rig that only records a csv file.</summary>
public sealed class RunVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-run-").FullName;

    public RunVerbTests() => File.WriteAllLines(Path.Combine(_folder, "samples.csv"), ["a,b", .. Enumerable.Range(0, 200).Select(i => $"{i},{-i}")]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_UntilItsTime_RecordsAndExitsWith0()
    {
        var summary = Path.Combine(_folder, "s.json");

        var run = await LoopRigProcess.RunAsync("run", Config(Ipc()), "--seconds", "1", "--session-dir", Sessions, "--summary", summary);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken))!;
        Assert.Equal(0, json["drops"]!.GetValue<long>());
        Assert.Equal("Closed", SessionState());
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task Run_WhenSignalled_ClosesTheSessionAndExitsWith0(string signal)
    {
        using var process = Start(Config(Ipc()));
        var stop = TestContext.Current.CancellationToken;
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(stop);
            Assert.True(line is not null, "the run ended before it was ready");
        }
        while (!line.StartsWith("ready", StringComparison.Ordinal));

        using (var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(stop);
        }
        await process.WaitForExitAsync(stop);

        Assert.Equal(0, process.ExitCode);
        Assert.Equal("Closed", SessionState());
    }

    [Fact]
    public async Task Run_WhenAPortIsInUse_NamesItAndExitsWith3()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        // The first adapter publishes ten ports above the rig's own.
        var run = await LoopRigProcess.RunAsync("run", Config($$"""{ "kind": "tcp", "port": {{port - 10}} }"""), "--seconds", "1", "--session-dir", Sessions);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfAnUnknownKey_NamesLineAndKeyAndExitsWith2()
    {
        var config = Config(Ipc()).Replace("rig.json", "wrong.json", StringComparison.Ordinal);
        File.WriteAllText(config, "{\n  \"subjekt\": { \"id\": \"m1\" }\n}\n");

        var run = await LoopRigProcess.RunAsync("run", config);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("wrong.json:2: subjekt: unknown key; did you mean 'subject'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutTheRecordings_NamesTheVariableAndExitsWith3()
    {
        var run = await LoopRigProcess.RunInAsync(new Dictionary<string, string> { ["LOOPRIG_DATA"] = Path.Combine(_folder, "absent") },
            "run", Repository.PathOf("rig-configs", "replay-real.json"));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("LOOPRIG_DATA", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "soon")]
    [InlineData("--wait-subscribers", "-1")]
    public async Task Run_OfABadOption_NamesItAndExitsWith2(string option, string value)
    {
        var run = await LoopRigProcess.RunAsync("run", Config(Ipc()), option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    private string Sessions => Path.Combine(_folder, "sessions");

    private string Ipc() => $$"""{ "kind": "ipc", "folder": "{{_folder}}/s" }""";

    private string Config(string transport)
    {
        var file = Path.Combine(_folder, "rig.json");
        File.WriteAllText(file, $$"""
            {
              "subject": { "id": "m1" },
              "transport": {{transport}},
              "adapters": [{ "kind": "samples", "name": "samples", "source": "samples.csv", "channels": ["a", "b"], "rateHz": 200, "loop": true }]
            }
            """);
        return file;
    }

    private Process Start(string config) =>
        Process.Start(new ProcessStartInfo("dotnet", [LoopRigProcess.Program, "run", config, "--session-dir", Sessions]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private string SessionState()
    {
        var session = Assert.Single(Directory.GetDirectories(Sessions));
        return JsonNode.Parse(File.ReadAllText(Path.Combine(session, "session.json")))!["state"]!.GetValue<string>();
    }
}
