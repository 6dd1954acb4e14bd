using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Models.Images;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;
using LoopRig.Native.OpenCv;
using LoopRig.Rig.Synthesis;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Tests.CommandLine;

/// <summary>The verb <c>synthesize</c> as a process, on small networks with random weights and drawn pictures, and the run behind it.</summary>
public sealed class SynthesizeVerbTests : IDisposable
{
    private const int Height = 18, Width = 32;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-synthesize-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Synthesize_BestNeurons_WritesSetSheetPageAndSummary()
    {
        var (network, output, summary) = (Network(), Path.Combine(_folder, "out"), Path.Combine(_folder, "s.json"));

        var run = await LoopRigProcess.RunAsync("synthesize", network, "--neurons", "best:3", "--images", Pictures(), "--steps", "60", "--out", output, "--summary", summary);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken))!;
        Assert.Equal(3, json["neurons"]!.AsArray().Count);
        Assert.Contains("no recorded responses", json["chosen_by"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach (var neuron in json["neurons"]!.AsArray())
        {
            Assert.True(neuron!["activation"]!.GetValue<double>() > neuron["crops"]!["median"]!.GetValue<double>());
            Assert.Equal(5, neuron["tuning"]!.AsArray().Count + 1);
        }
        Assert.Equal(1 + 3 * 60, File.ReadAllLines(Path.Combine(output, "log.csv")).Length);
        var set = MeiSet.Load(Path.Combine(output, "set.json"));
        using var loaded = NetworkFile.Load(network);
        Assert.Equal((loaded.Hash, "inception2019", 3), (set.NetworkHash, set.Preset, set.Items.Length));
        CheckFrames(set, json);
        Assert.True(File.Exists(Path.Combine(output, "sheet.png")));
        await CheckPage(Path.Combine(output, "report.html"));
        // The renderer's own reader takes it, and refuses it for another network.
        var stimulus = Path.Combine(_folder, "stimulus.json");
        await File.WriteAllTextAsync(stimulus, $$"""{ "monitor": { "widthPx": 64, "heightPx": 36 }, "stimuli": { "m": { "kind": "mei-set", "path": "{{set.FramesPath.Replace("frames.npy", "set.json", StringComparison.Ordinal)}}", "networkHash": "{{new string('0', 64)}}" } } }""", TestContext.Current.CancellationToken);
        var refused = await LoopRigProcess.RunAsync("stimulus", stimulus);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("was made for the network", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_EndedAndCalledAgain_GoesOnToTheSameSet()
    {
        var options = new SynthesisOptions { Network = Network(), Neurons = "u1,u4", Contrast = 0.1, Images = Pictures(), Steps = 40, Folder = Path.Combine(_folder, "a") };
        var whole = SynthesisRun.Execute(options, static (_, _) => { }, TestContext.Current.CancellationToken);

        var broken = options with { Folder = Path.Combine(_folder, "b") };
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            Assert.Throws<OperationCanceledException>(() => SynthesisRun.Execute(broken, (share, words) =>
            {
                if (words.StartsWith("step 20", StringComparison.Ordinal))
                {
                    stop.Cancel();
                }
            }, stop.Token));
        }
        Assert.False(File.Exists(Path.Combine(broken.Folder, "set.json")));
        var steps = 0;
        var again = SynthesisRun.Execute(broken, (_, words) => steps += words.StartsWith("step", StringComparison.Ordinal) ? 1 : 0, TestContext.Current.CancellationToken);

        Assert.InRange(steps, 1, 30);
        Assert.Equal(File.ReadAllBytes(Path.Combine(options.Folder, "frames.npy")), File.ReadAllBytes(Path.Combine(broken.Folder, "frames.npy")));
        // What is done is not done again; other options make another set.
        Assert.Equal(again.Json["seconds"]!.GetValue<double>(), SynthesisRun.Execute(broken, static (_, _) => Assert.Fail("worked again"), TestContext.Current.CancellationToken).Json["seconds"]!.GetValue<double>());
        Assert.NotEqual(whole.Json["key"]!.GetValue<string>(), SynthesisRun.Execute(options with { Seed = 1 }, static (_, _) => { }, TestContext.Current.CancellationToken).Json["key"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("--preset", "incepton", "incepton")]
    [InlineData("--neurons", "best:100", "--neurons")]
    [InlineData("--neurons", "none", "--neurons")]
    [InlineData("--images", "nowhere", "--images")]
    [InlineData("--contrast", "2", "--contrast")]
    [InlineData("--steps", "0", "--steps")]
    [InlineData("--movie", "0", "--movie")]
    [InlineData("--diverse", "1", "--diverse")]
    [InlineData("--cores", "4711", "--cores")]
    [InlineData("--nice", "20", "--nice")]
    public async Task Synthesize_WrongOption_NamesItAndExitsWith2(string option, string value, string named)
    {
        string[] images = option == "--images" ? [] : ["--images", Pictures()], neurons = option == "--neurons" ? [] : ["--neurons", "u0"];

        var run = await LoopRigProcess.RunAsync(["synthesize", Network(), .. images, .. neurons, option, value, "--out", Path.Combine(_folder, "out")]);

        Assert.True(run.ExitCode == 2, run.Error);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synthesize_OutThatCannotBeWritten_FailsAndNamesIt()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var run = await LoopRigProcess.RunAsync("synthesize", Network(), "--neurons", "u0", "--images", Pictures(), "--out", Path.Combine(file, "out"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synthesize_BesideARig_YieldsWithAllItsThreads()
    {
        var stop = TestContext.Current.CancellationToken;
        var core = Native.LibC.ThreadTuning.AllowedProcessors()[0];
        var start = new ProcessStartInfo("dotnet", [LoopRigProcess.Program, "synthesize", Network(), "--neurons", "u0", "--contrast", "0.1", "--steps", "10000000", "--out", Path.Combine(_folder, "out"), "--nice", "7", "--cores", $"{core}"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            // It is at work when it says at which step.
            string? line;
            do
            {
                line = await process.StandardError.ReadLineAsync(stop);
                Assert.NotNull(line);
            }
            while (!line.Contains("step", StringComparison.Ordinal));
            var threads = 0;
            foreach (var thread in Directory.GetDirectories($"/proc/{process.Id}/task"))
            {
                var status = await File.ReadAllTextAsync(Path.Combine(thread, "status"), stop);
                Assert.Contains($"Cpus_allowed_list:\t{core}\n", status, StringComparison.Ordinal);
                // Behind the name in brackets, which may hold blanks, the nice value is the 17th field.
                var stat = await File.ReadAllTextAsync(Path.Combine(thread, "stat"), stop);
                Assert.Equal("7", stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16]);
                threads++;
            }
            Assert.True(threads > 1);
        }
        finally
        {
            using (Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
            }
            await process.StandardError.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
        }
        Assert.Equal(1, process.ExitCode);
    }

    [Fact]
    public void Execute_Movie_HasItsFramesAndIsNotCompared()
    {
        var path = Path.Combine(_folder, "foundation.safetensors");
        var spec = new FoundationSpec
        {
            Inputs = FoundationSpec.InputsFor(Height, Width),
            UnitIds = ["a", "b", "c"],
            Streams = 1,
            RetinaHeight = 16,
            RetinaWidth = 24,
            BlockChannels = [4, 8],
            BlockGroups = [1, 2],
            BlockLayers = [1, 2],
            BlockPools = [2, 1],
            FeedforwardOut = 8,
            RecurrentHidden = 8,
            RecurrentCommon = 16,
            RecurrentGroups = 2,
            CoreOut = 8,
            WarmUpFrames = 3,
        };
        using (var network = NetworkFile.Create(spec, seed: 4))
        {
            NetworkFile.Save(network, path);
        }
        var report = SynthesisRun.Execute(new SynthesisOptions { Network = path, Neurons = "a,c", Images = Pictures(), Preset = "foundation", Steps = 3, Frames = 7, BurnIn = 3, RateHz = 15, Least = true, Folder = Path.Combine(_folder, "out") },
            static (_, _) => { }, TestContext.Current.CancellationToken);

        using var frames = new NpyFile(Path.Combine(_folder, "out", "frames.npy"));
        Assert.Equal([2, 7, Height, Width], frames.Shape);
        var set = MeiSet.Load(report.SetPath);
        Assert.Equal((15.0, "lei", "foundation"), (set.RateHz, set.Items[0].Role, set.Preset));
        Assert.Null(report.Json["beyond_all_crops"]);
        Assert.Equal(13, report.Json["neurons"]![0]!["contrast_response"]!["at"]!.AsArray().Count);
    }

    [Fact]
    public void Execute_Least_IsBelowTheCrops()
    {
        var report = SynthesisRun.Execute(new SynthesisOptions { Network = Network(), Images = Pictures(), Steps = 60, Least = true, Folder = Path.Combine(_folder, "out") }, static (_, _) => { }, TestContext.Current.CancellationToken);

        var neurons = report.Json["neurons"]!.AsArray();
        Assert.Equal(8, neurons.Count); // all of them: fewer than the best 32
        foreach (var neuron in neurons)
        {
            double activation = neuron!["activation"]!.GetValue<double>(), best = neuron["crops"]!["best"]!.GetValue<double>(), median = neuron["crops"]!["median"]!.GetValue<double>();
            Assert.True(best <= median && activation < median);
            Assert.Equal(activation < best, neuron["rank"]!.GetValue<int>() == 1);
        }
        Assert.Equal(neurons.Count(static neuron => neuron!["rank"]!.GetValue<int>() == 1), report.Json["beyond_all_crops"]!.GetValue<int>());
    }

    [Fact]
    public void Execute_DiverseAndRivals_AreInTheSetAtTheSameContrast()
    {
        var report = SynthesisRun.Execute(new SynthesisOptions { Network = Network(), Neurons = "u1,u4", Images = Pictures(), Steps = 60, Diverse = 3, Rivals = true, Folder = Path.Combine(_folder, "out") }, static (_, _) => { }, TestContext.Current.CancellationToken);

        var set = MeiSet.Load(report.SetPath);
        Assert.Equal(["mei", "mei", "diverse", "diverse", "diverse", "gabor", "centre-surround", "diverse", "diverse", "diverse", "gabor", "centre-surround"], set.Items.Select(static item => item.Role));
        Assert.Equal(set.Items.Length, set.Items.Select(static item => item.Name).Distinct().Count());
        using var frames = new NpyFile(set.FramesPath);
        Assert.Equal([12, Height, Width], frames.Shape);
        var pixels = frames.ReadSingles();
        using var network = NetworkFile.Load(Network());
        for (var i = 0; i < set.Items.Length; i++)
        {
            var image = pixels.AsSpan(i * Height * Width, Height * Width).ToArray();
            var response = Activations.Of(network, [[.. image.Select(static pixel => (pixel - 0.5f) / 0.25f)]], [set.Items[i].Unit == "u1" ? 1 : 4], stop: TestContext.Current.CancellationToken)[0][0];
            Assert.Equal(response, set.Items[i].Activation!.Value, 1e-4);
        }
        foreach (var neuron in report.Json["neurons"]!.AsArray())
        {
            var activation = neuron!["activation"]!.GetValue<double>();
            Assert.All(neuron["diverse"]!.AsArray(), one => Assert.Equal(one!["activation"]!.GetValue<double>() / activation, one["share"]!.GetValue<double>(), 1e-9));
            Assert.All(neuron["diverse"]!.AsArray(), static one => Assert.True(one!["distance"]!.GetValue<double>() > 0.05));
            Assert.Equal(7, neuron["rivals"]![0]!["parameters"]!.AsObject().Count);
            Assert.InRange(neuron["rivals"]![0]!["activation"]!.GetValue<double>(), neuron["crops"]!["median"]!.GetValue<double>(), double.MaxValue);
        }
        Assert.Throws<RigConfigException>(() => SynthesisRun.Execute(new SynthesisOptions { Network = Network(), Frames = 3, Rivals = true, Folder = _folder }, static (_, _) => { }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Execute_BestByRecordedResponses_TakesTheNeuronsThatArePredicted()
    {
        const int Side = 18, Count = 60;
        var path = Path.Combine(_folder, "square.safetensors");
        var region = Directory.CreateDirectory(Path.Combine(_folder, "data", "region1")).FullName;
        using (var network = NetworkFile.Create(new Sensorium2022Spec
        {
            Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = Side, Width = Side, Mean = [0.5f], Std = [0.25f] }],
            UnitIds = NetworkSpec.NumberedUnits(8),
            Session = "region1",
            Channels = 8,
            Layers = 2,
            GridCoordinates = 0,
        }, seed: 3))
        {
            NetworkFile.Save(network, path);
            var random = new SeededRandom(7, "responses");
            float[][] pixels = [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Side * Side).Select(_ => (float)random.Below(256)).ToArray())];
            float[][] images = [.. pixels.Select(static one => Array.ConvertAll(one, static pixel => (pixel / 255 - 0.5f) / 0.25f))];
            var predicted = Activations.Of(network, images, [.. Enumerable.Range(0, 8)], stop: TestContext.Current.CancellationToken);
            NpyFile.Write(Path.Combine(region, "validation_inputs.npy"), pixels.SelectMany(static one => one).Select(static pixel => pixel * 1e-6).ToArray(), Count, Side * Side);
            // Neurons 2 and 5 answer as predicted, the others by chance.
            NpyFile.Write(Path.Combine(region, "raw_validation_set.npy"), predicted.SelectMany(row => row.Select((response, unit) => unit is 2 or 5 ? response : random.Uniform())).ToArray(), 1, Count, 8);
        }
        var data = Path.Combine(_folder, "data.json");
        File.WriteAllText(data, """{ "kind": "images", "folder": "data" }""");

        var report = SynthesisRun.Execute(new SynthesisOptions { Network = path, Neurons = "best:2", Data = data, Contrast = 0.1, Steps = 5, Folder = Path.Combine(_folder, "out") }, static (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal([2, 5], report.Json["neurons"]!.AsArray().Select(static neuron => neuron!["index"]!.GetValue<int>()).Order());
        Assert.All(report.Json["neurons"]!.AsArray(), static neuron => Assert.True(neuron!["score"]!.GetValue<double>() > 0.99));
        Assert.Contains("data.json", report.Json["chosen_by"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_RecipeThatSeeksBehaviour_MeasuresAtTheBehaviourFound()
    {
        var path = Path.Combine(_folder, "xu.safetensors");
        using var network = NetworkFile.Create(new XuSpec
        {
            Inputs = XuSpec.InputsFor(["speed", "pitch"], height: Height, width: Width),
            UnitIds = NetworkSpec.NumberedUnits(3),
            Hidden = 12,
            ConvolutionChannels = [6, 5],
            Kernel = 3,
        }, seed: 2);
        NetworkFile.Save(network, path);
        var report = SynthesisRun.Execute(new SynthesisOptions { Network = path, Images = Pictures(), Preset = "xu", Steps = 30, Folder = Path.Combine(_folder, "out") }, static (_, _) => { }, TestContext.Current.CancellationToken);

        using var frames = new NpyFile(Path.Combine(_folder, "out", "frames.npy"));
        var pixels = frames.ReadSingles();
        var json = report.Json;
        double mean = json["contrast"]!["pixel_units"]!["mean"]!.GetValue<double>(), deviation = json["contrast"]!["pixel_units"]!["std"]!.GetValue<double>();
        for (var i = 0; i < 3; i++)
        {
            var neuron = json["neurons"]![i]!;
            float[] image = [.. pixels.AsSpan(i * Height * Width, Height * Width).ToArray().Select(pixel => (float)((pixel - mean) / deviation))];
            float[] found = [.. neuron["behaviour"]!["behaviour"]!.AsObject().Select(static pair => pair.Value!.GetValue<float>())];
            int[] unit = [neuron["index"]!.GetValue<int>()];
            var at = Activations.Of(network, [image], unit, new SynthesisInputs { Fixed = new Dictionary<string, float[]> { ["behaviour"] = found } }, TestContext.Current.CancellationToken)[0][0];
            var held = Activations.Of(network, [image], unit, stop: TestContext.Current.CancellationToken)[0][0];
            Assert.Equal(at, neuron["activation"]!.GetValue<double>(), 1e-4);
            Assert.True(at > held + 1e-3, $"{at} with the behaviour found, {held} without");
        }
        Assert.Contains("<h2>Behaviour</h2>", File.ReadAllText(report.PagePath), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_NetworkOfColours_IsRefused()
    {
        var spec = new LinearSpec { Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Channels = 3, Height = 14, Width = 14 }], UnitIds = ["a"], Grid = 14 };
        var path = Path.Combine(_folder, "colour.safetensors");
        using (var network = NetworkFile.Create(spec, seed: 1))
        {
            NetworkFile.Save(network, path);
        }
        var error = Assert.Throws<NetworkException>(() => SynthesisRun.Execute(new SynthesisOptions { Network = path, Neurons = "a", Folder = _folder }, static (_, _) => { }, TestContext.Current.CancellationToken));
        Assert.Contains("colours", error.Message, StringComparison.Ordinal);
    }

    // The frames in the set are what the activations were predicted for.
    private static void CheckFrames(MeiSet set, JsonNode json)
    {
        using var frames = new NpyFile(set.FramesPath);
        Assert.Equal([3, Height, Width], frames.Shape);
        var pixels = frames.ReadSingles();
        Assert.All(pixels, static pixel => Assert.InRange(pixel, 0, 1));
        var rms = json["contrast"]!["rms_pixel"]!.GetValue<double>();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(rms, Contrast.Of(pixels.AsSpan(i * Height * Width, Height * Width)).Rms, 0.02 * rms);
            Assert.Equal(json["neurons"]![i]!["activation"]!.GetValue<double>(), set.Items[i].Activation!.Value, 1e-6);
        }
    }

    private async Task CheckPage(string page)
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
        Assert.Contains("Most exciting images of 3 neurons", document, StringComparison.Ordinal);
        Assert.Equal(6, document.Split("<figure").Length - 1);
        Assert.Contains("<svg", document, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", document, StringComparison.Ordinal);
    }

    private string Network()
    {
        var path = Path.Combine(_folder, "network.safetensors");
        if (!File.Exists(path))
        {
            var spec = new Sensorium2022Spec
            {
                Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = Height, Width = Width, Mean = [0.5f], Std = [0.25f] }],
                UnitIds = [.. Enumerable.Range(0, 8).Select(static i => $"u{i}")],
                Session = "s",
                Channels = 8,
                Layers = 2,
                GridCoordinates = 0,
            };
            using var network = NetworkFile.Create(spec, seed: 3);
            NetworkFile.Save(network, path);
        }
        return path;
    }

    private string Pictures()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        var random = new SeededRandom(5, "pictures");
        for (var i = 0; i < 24; i++)
        {
            var picture = new Image(48, 48, 1);
            for (var pixel = 0; pixel < picture.Pixels.Length; pixel++)
            {
                picture.Pixels[pixel] = (byte)(128 + 60 * Math.Sin((pixel % 48 * (i + 1) + pixel / 48 * i) / 20.0) + 20 * (random.Uniform() - 0.5));
            }
            Imaging.Write(Path.Combine(folder, $"p{i:D2}.png"), picture);
        }
        return folder;
    }
}
