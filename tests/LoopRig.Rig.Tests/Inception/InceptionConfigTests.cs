using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class InceptionConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-inception-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_OfTheDemo_IsWhole()
    {
        Assert.True(InceptionConfig.IsOne(InceptionDemo.File));
        var config = InceptionConfig.Load(InceptionDemo.File);
        Assert.False(config.Collect.RealTime);
        Assert.EndsWith("sim-head-fixed.json", config.Rig, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOne_OfARig_IsFalse() => Assert.False(InceptionConfig.IsOne(Repository.PathOf("rig-configs", "sim-display.json")));

    [Theory]
    [InlineData("present", "repeats", 1, "present.repeats")]
    [InlineData("select", "units", 1, "select.units")]
    [InlineData("select", "leastReliability", 1.5, "select.leastReliability")]
    [InlineData("synthesise", "contrast", 0.9, "synthesise.contrast")]
    [InlineData("collect", "blocks", 0, "collect.blocks")]
    [InlineData("train", "outputDelayBins", -1, "train.outputDelayBins")]
    [InlineData("collect", "colour", 1, "collect.colour")]
    public void Load_WithAValueThatCannotBe_NamesTheKey(string part, string key, double value, string named)
    {
        var path = Write(json => json[part]![key] = value == (int)value ? (int)value : value);
        Assert.Equal(named, Assert.Throws<RigConfigException>(() => InceptionConfig.Load(path)).Key);
    }

    [Fact]
    public void Load_WithAnUnknownPreset_NamesThoseThereAre()
    {
        var path = Write(static json => json["synthesise"]!["preset"] = "guess");
        var error = Assert.Throws<RigConfigException>(() => InceptionConfig.Load(path));
        Assert.Equal("synthesise.preset", error.Key);
        Assert.Contains("inception2019", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithARigThatIsNotThere_NamesIt()
    {
        var path = Write(static json => json["rig"] = "absent.json");
        Assert.Equal("rig", Assert.Throws<RigConfigException>(() => InceptionConfig.Load(path)).Key);
    }

    [Fact]
    public void Open_NetworkOfAnotherSizeThanTheFrames_IsRefusedBeforeAnythingIsShown()
    {
        using var opened = new StringWriter();
        InceptionRigs.Open(InceptionConfig.Load(Write(static _ => { })), opened);
        var error = Assert.Throws<RigConfigException>(() => InceptionRigs.Open(InceptionConfig.Load(Write(static json => json["train"]!["network"]!["height"] = 60)), opened));
        Assert.Equal("train.network", error.Key);
        Assert.Contains("60 x 64", error.Message, StringComparison.Ordinal);
        Assert.Contains("36 x 64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AdapterThatIsThereInRealTimeAlone_IsRefused()
    {
        var rig = JsonNode.Parse(File.ReadAllText(Repository.PathOf("rig-configs", "sim-head-fixed.json")), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        rig["adapters"]!.AsArray().Add(new JsonObject { ["kind"] = "simulated-mouse", ["name"] = "other" });
        foreach (var (_, stimulus) in rig["adapters"]![0]!["stimuli"]!.AsObject().ToArray())
        {
            rig["adapters"]![0]!["stimuli"]!["collect"] = Repository.PathOf("rig-configs", (string)stimulus!);
        }
        File.WriteAllText(Path.Combine(_folder, "rig.json"), rig.ToJsonString());
        var error = Assert.Throws<RigConfigException>(() => InceptionRigs.Open(InceptionConfig.Load(Write(json => json["rig"] = Path.Combine(_folder, "rig.json"))), TextWriter.Null));
        Assert.Equal("collect.realTime", error.Key);
        Assert.Contains("other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RigWithAnotherNetworkOrSocket_HasTheSameKeys()
    {
        var config = InceptionConfig.Load(InceptionDemo.File);
        var rig = RigConfigFile.Load(config.Rig);
        var keys = LoopKeys.Of(config, rig).ToArray();
        Assert.Equal(keys, LoopKeys.Of(config with { Description = "other words", Train = config.Train with { Threads = 2 } }, rig with { Network = null, Transport = new TransportConfig { Kind = TransportKind.Ipc } }));
        string[] Changed(InceptionConfig other, RigConfig otherRig) => [.. LoopKeys.Of(other, otherRig).Except(keys).Select(k => k.Key)];
        Assert.Equal(["select"], Changed(config with { Select = config.Select with { Units = 5 } }, rig));
        Assert.Equal(["present.gabors"], Changed(config with { Present = config.Present with { Gabors = 3 } }, rig));
        Assert.Equal(["rig"], Changed(config, rig with { Aligner = new AlignerConfig { BinMs = 20 } }));
    }

    private string Write(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(InceptionDemo.File), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();
        json["rig"] = Repository.PathOf("rig-configs", "sim-head-fixed.json");
        change(json);
        var path = Path.Combine(_folder, "loop.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }
}
