using System.Text.Json.Nodes;
using LoopRig.Core;
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
