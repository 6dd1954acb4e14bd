using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Sweeps;

namespace LoopRig.Rig.Tests.Sweeps;

public sealed class SweepRunTests : IDisposable
{
    // The last network names a file, beside the sweep, that holds no weights: its cell fails when it runs.
    private const string Json = """
        {
          "title": "small sweep", "workers": 1,
          "networks": {
            "xu": { "network": { "kind": "xu", "height": 16, "width": 20, "convolutionChannels": [4], "hidden": 8, "shifterHidden": 8, "dropout": 0 } },
            "resnet": { "network": { "kind": "resnet18", "height": 16, "width": 20, "channels": [2, 2, 2, 2], "pretrained": "weights.pth" } }
          },
          "animals": { "Mouse 1": { "kind": "simulated", "animals": [1], "minutes": 1, "neurons": 4, "height": 16, "width": 20 } },
          "training": { "epochs": 2, "batchSize": 64, "optimiser": { "kind": "adam", "learningRate": 3e-3 } },
          "tables": [{ "title": "a table", "networks": ["xu"], "behaviour": ["none", "S", "B"], "k": [1], "also": [{ "network": "resnet" }] }]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-sweep-").FullName;

    private string ConfigPath => Path.Combine(_folder, "small.json");

    private string[] Results => Directory.Exists(Path.Combine(_folder, "out")) ? [.. Directory.GetFiles(Path.Combine(_folder, "out"), "cell.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Execute_AfterAnInterruption_DoesOnlyWhatIsMissing()
    {
        Write(Json);
        using var interrupt = new CancellationTokenSource();
        var first = Task.Run(() => new SweepRun(ConfigPath, Path.Combine(_folder, "out")).Execute(interrupt.Token), TestContext.Current.CancellationToken);
        while (Results.Length == 0 && !first.IsCompleted)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var done = Results.ToDictionary(static path => path, File.GetLastWriteTimeUtc);
        Assert.InRange(done.Count, 1, 3);

        var result = new SweepRun(ConfigPath, Path.Combine(_folder, "out")).Execute(TestContext.Current.CancellationToken);

        Assert.All(done, static pair => Assert.Equal(pair.Value, File.GetLastWriteTimeUtc(pair.Key)));
        Assert.Equal(4, Results.Length);
        Assert.Equal((3, 1), ((int)result.Summary["cells_done"]!, (int)result.Summary["cells_failed"]!));
        Assert.Contains(Path.Combine(_folder, "weights.pth"), (string)result.Summary["cells"]![3]!["error"]!, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        CheckEvaluate((JsonArray)result.Summary["cells"]!);
        await CheckInChromium(Path.Combine(_folder, "out", "report.html"));
    }

    [Fact]
    public void Constructor_OfACellWithAnUnknownKey_NamesTheCell()
    {
        Write(Json.Replace("\"convolutionChannels\"", "\"channels\"", StringComparison.Ordinal));
        var error = Assert.Throws<RigConfigException>(() => new SweepRun(ConfigPath, _folder));
        Assert.Contains("cell xu-none-k1-Mouse 1-seed0", error.Message, StringComparison.Ordinal);
        Assert.Contains("channels", error.Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"hidden\": 8", "\"hidden\": 0", "cell xu-none-k1-Mouse 1-seed0", "hidden")]
    [InlineData("[1], \"also\"", "[2], \"also\"", "cell xu-none-k2-Mouse 1-seed0", "a vision-only Xu network")]
    [InlineData("\"S\", \"B\"", "\"S\", \"Q\"", "cell xu-Q-k1-Mouse 1-seed0", "'Q' is no behaviour set")]
    [InlineData("weights.pth", "absent.pth", "cell resnet-Mouse 1-seed0", "absent.pth")]
    public void Constructor_OfACellThatMakesNoNetwork_NamesCellAndFault(string right, string wrong, string cell, string words)
    {
        Write(Json.Replace(right, wrong, StringComparison.Ordinal));
        var error = Assert.Throws<RigConfigException>(() => new SweepRun(ConfigPath, _folder));
        Assert.Contains(cell, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal("network", error.Key);
    }

    [Theory]
    [InlineData("{ }", "receptiveFields", "cell xu-none-k1-Mouse 1-seed0")]     // its mouse moves freely
    [InlineData("{ \"preset\": \"deep-dream\" }", "receptiveFields.preset", "there is no preset 'deep-dream'")]
    public void Constructor_OfReceptiveFieldsThatCannotBe_SaysSoBeforeTraining(string fields, string key, string words)
    {
        Write(Json.Replace("\"workers\": 1,", $"\"workers\": 1, \"receptiveFields\": {fields},", StringComparison.Ordinal));
        var error = Assert.Throws<RigConfigException>(() => new SweepRun(ConfigPath, _folder));
        Assert.Equal(key, error.Key);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sweep-ground-truth.json")]
    [InlineData("sweep-xu-tables.json")]
    [InlineData("mei-ground-truth.json")]
    public void Constructor_OfAConfigOfTheProject_Succeeds(string name) => Assert.NotNull(new SweepRun(Repository.PathOf("rig-configs", name), _folder));

    // Two of the cells are runs to compare.
    private void CheckEvaluate(JsonArray cells)
    {
        string Run(int cell) => Path.Combine(_folder, "out", "cells", (string)cells[cell]!["folder"]!);
        var summary = Path.Combine(_folder, "evaluation.json");
        Assert.Equal(ExitCodes.Done, RigCommandLine.Run(["evaluate", Run(2), Run(2), "--against", Run(0), "--out", Path.Combine(_folder, "evaluation"), "--summary", summary]));
        var scores = JsonNode.Parse(File.ReadAllText(summary))!["scores"]!["correlation_boxcar"]!;
        Assert.Equal((double)cells[2]!["mean"]!, (double)scores["mean"]!, 1e-6);
        Assert.Equal(4, (int)scores["paired"]!["units"]!);
        string[] Openings() => File.ReadAllLines(Path.Combine(Run(2), "tests.jsonl"));
        Assert.Equal(2, Openings().Length);     // the sweep's own, and this one
        Assert.Equal(ExitCodes.Done, RigCommandLine.Run(["evaluate", Run(2), Run(2), "--part", "validation", "--out", Path.Combine(_folder, "validation"), "--summary", summary]));
        Assert.Equal("validation", (string)JsonNode.Parse(File.ReadAllText(summary))!["part"]!);
        Assert.Equal(2, Openings().Length);
        // What the system refuses to write is an error with a name, not a crash.
        Assert.Equal(ExitCodes.Failed, RigCommandLine.Run(["evaluate", Run(2), Run(2), "--part", "validation", "--out", ConfigPath, "--summary", summary]));
        Assert.Contains(ConfigPath, (string)JsonNode.Parse(File.ReadAllText(summary))!["error"]!, StringComparison.Ordinal);
        Assert.Contains("validation_loss", File.ReadAllText(Path.Combine(_folder, "evaluation", "report.html")), StringComparison.Ordinal);
    }

    private void Write(string config)
    {
        File.WriteAllText(ConfigPath, config);
        File.WriteAllText(Path.Combine(_folder, "weights.pth"), "no weights");
    }

    private async Task CheckInChromium(string page)
    {
        if (!File.Exists("/usr/bin/chromium"))
        {
            TestContext.Current.AddWarning("chromium is not installed: the report was not opened");
            return;
        }
        var start = new ProcessStartInfo("/usr/bin/chromium", ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={Path.Combine(_folder, "chromium")}", "--enable-logging=stderr", "--dump-dom", "file://" + page])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var chromium = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var errors = chromium.StandardError.ReadToEndAsync(stop);
        var document = await chromium.StandardOutput.ReadToEndAsync(stop);
        Assert.DoesNotContain("CONSOLE", await errors, StringComparison.Ordinal);
        Assert.Contains("small sweep", document, StringComparison.Ordinal);
        Assert.Contains("<svg", document, StringComparison.Ordinal);
    }
}
