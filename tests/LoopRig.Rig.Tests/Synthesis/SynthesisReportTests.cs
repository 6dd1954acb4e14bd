using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.Synthesis;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Tests.Synthesis;

/// <summary>What is written of findings that are given.</summary>
public sealed class SynthesisReportTests : IDisposable
{
    private const int Height = 9, Width = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-synthesis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Write_ResponseThatIsNoNumber_IsNullAndBeyondNoCrop(double response)
    {
        var report = SynthesisReport.Write(Findings(Neuron("a", 2), Neuron("b", response)));

        var neuron = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "synthesis.json")))!["neurons"]![1]!;
        Assert.Null(neuron["activation"]);
        Assert.Null(neuron["contrast_response"]!["response"]![2]);
        Assert.Null(neuron["contrast_response"]!["highest_at"]);
        Assert.Equal(double.IsNaN(response) ? 4 : 1, neuron["rank"]!.GetValue<int>());
        Assert.Null(MeiSet.Load(report.SetPath).Items[1].Activation);
        Assert.DoesNotContain("NaN", File.ReadAllText(report.PagePath), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Least_CountsFromTheLowest()
    {
        // The lowest of all is the best, and a tie with a crop is not beyond it.
        var (below, tied) = (Neuron("a", 0.1, least: true), Neuron("b", 0.25, least: true));
        var report = SynthesisReport.Write(Findings(below, tied) with { Options = new SynthesisOptions { Network = "n.pth", Folder = _folder, Least = true } });

        Assert.Equal(1, report.Json["beyond_all_crops"]!.GetValue<int>());
        Assert.Equal([1, 2], report.Json["neurons"]!.AsArray().Select(static neuron => neuron!["rank"]!.GetValue<int>()));
        var crops = report.Json["neurons"]![0]!["crops"]!;
        Assert.Equal((0.25, 1.5), (crops["best"]!.GetValue<double>(), crops["worst"]!.GetValue<double>()));
        Assert.Equal(2, report.Json["neurons"]![0]!["contrast_response"]!["lowest_at"]!.GetValue<double>());
        var page = File.ReadAllText(report.PagePath);
        Assert.Contains("lowest crop 0.25", page, StringComparison.Ordinal);
        Assert.DoesNotContain("best crop", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EndedBetweenFramesAndLabels_LeavesNoSet()
    {
        SynthesisReport.Write(Findings(Neuron("a", 2)));
        Directory.CreateDirectory(Path.Combine(_folder, "set.json.part")); // nothing can be written there

        Assert.ThrowsAny<Exception>(() => SynthesisReport.Write(Findings(Neuron("b", 2), Neuron("c", 2))));

        Assert.False(File.Exists(Path.Combine(_folder, "set.json")));
    }

    [Fact]
    public void Write_Log_HasALineAStep()
    {
        SynthesisReport.Write(Findings(Neuron("a", 2), Neuron("b,c", 1)));

        var lines = File.ReadAllLines(Path.Combine(_folder, "log.csv"));
        Assert.Equal(["neuron,start,step,score,penalty,rate", "a,0,0,0.5,0,0.1", "a,0,1,0.75,0.25,0.05", "a,1,0,0.25,0,0.1"], lines[..4]);
        Assert.Equal("\"b,c\",1,0,0.25,0,0.1", lines[^1]);
    }

    [Fact]
    public void Open_FolderInUse_IsRefused()
    {
        using (new SynthesisFolder(_folder))
        {
            Assert.Contains(_folder, Assert.Throws<SynthesisException>(() => new SynthesisFolder(_folder)).Message, StringComparison.Ordinal);
        }
        new SynthesisFolder(_folder).Dispose();
    }

    private SynthesisFindings Findings(params SynthesizedNeuron[] neurons) => new()
    {
        Options = new SynthesisOptions { Network = "n.pth", Folder = _folder },
        Key = "k",
        NetworkHash = "h",
        NetworkKind = "test",
        NetworkUnits = 9,
        Preset = SynthesisPreset.Inception2019,
        Shown = new Shown(new PixelUnits(0.5, 0.25, "test"), new Contrast(0, 0.4)),
        Height = Height,
        Width = Width,
        ChosenBy = "named",
        Crops = Crops(),
        Neurons = neurons,
        Seconds = 1,
    };

    private NaturalCrops Crops()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "crops")).FullName;
        for (var i = 0; i < 6; i++)
        {
            var picture = new Native.OpenCv.Image(Width, Height, 1);
            picture.Pixels.Fill((byte)(20 * i));
            Native.OpenCv.Imaging.Write(Path.Combine(folder, $"p{i}.png"), picture);
        }
        return NaturalCrops.Load(folder, Height, Width, 0, TestContext.Current.CancellationToken);
    }

    private static SynthesizedNeuron Neuron(string id, double response, bool least = false)
    {
        var random = new SeededRandom(1, id);
        return new SynthesizedNeuron
        {
            Unit = 0,
            Id = id,
            Score = double.NaN,
            Least = least,
            Behaviour = [],
            Shown = [[.. Enumerable.Range(0, Height * Width).Select(_ => (float)random.Normal())]],
            Activation = response,
            AsSynthesised = response,
            Logs = [[new SynthesisStep(0, 0.5, 0, 0.1), new SynthesisStep(1, 0.75, 0.25, 0.05)], [new SynthesisStep(0, 0.25, 0, 0.1)]],
            Crops = least ? [1.5, 0.5, 0.25] : [0.25, 0.5, 1.5],
            Tuning = [new ResponseCurve("turned", "degrees", [-1, 0, 1], [response / 2, response, response / 2])],
            ContrastResponse = new ResponseCurve("contrast", "of the contrast shown", [0, 1, 2], [least ? 1 : 0, 0.5, least ? response : response]),
            Gabor = null,
        };
    }
}
