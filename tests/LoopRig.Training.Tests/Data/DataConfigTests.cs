using System.Text.Json;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class DataConfigTests
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    [Theory]
    [InlineData("""{ "kind": "sessions", "folder": "a", "last": 3, "join": true }""", typeof(SessionsConfig))]
    [InlineData("""{ "kind": "xu", "folder": "a", "sessions": ["070921_J553RT"], "video": "vid_shift_mean", "droppedUnits": { "m": [1, 2] } }""", typeof(XuConfig))]
    [InlineData("""{ "kind": "digital-twin", "folder": "a", "split": { "by": "random", "seed": 3 } }""", typeof(DigitalTwinConfig))]
    [InlineData("""{ "kind": "sensorium", "folder": "a", "publishedStatistics": true, "testTiers": ["live"] }""", typeof(SensoriumConfig))]
    [InlineData("""{ "kind": "images", "folder": "a", "split": { "by": "modulo", "period": 5, "test": [0], "validation": [1] } }""", typeof(ImagesConfig))]
    public void Json_OfEachKind_ComesBackAsItWas(string json, Type kind)
    {
        DataConfig config = JsonSerializer.Deserialize<DataConfig>(json, s_json)!;
        Assert.IsType(kind, config);
        string again = JsonSerializer.Serialize(config, s_json);
        Assert.Equal(again, JsonSerializer.Serialize(JsonSerializer.Deserialize<DataConfig>(again, s_json), s_json));
        Assert.Contains("\"/data/a\"", JsonSerializer.Serialize(config.WithPaths(static path => "/data/" + path), s_json), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_WithAnUnknownKey_IsRefused()
        => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DataConfig>("""{ "kind": "images", "folder": "a", "shuffle": true }""", s_json));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(50)]
    public void RandomSplit_OfAFewStimuli_HasThreeParts(int count)
    {
        (DataPart[] parts, int leftOut) = new RandomSplit { Seed = 1 }.Apply([.. Enumerable.Range(0, count)], "images");
        Assert.Equal(0, leftOut);
        Assert.Equal(Math.Max(1, (int)Math.Round(count * 0.2)), parts.Count(static part => part == DataPart.Test));
        Assert.Equal(Math.Max(1, (int)Math.Round(count * 0.1)), parts.Count(static part => part == DataPart.Validation));
        Assert.Equal(parts, new RandomSplit { Seed = 1 }.Apply([.. Enumerable.Range(0, count)], "images").Parts);
    }

    [Fact]
    public void ModuloSplit_ThatCannotBe_SaysWhy()
    {
        int[] identity = [.. Enumerable.Range(0, 10)];
        Assert.Contains("never 7", Assert.Throws<LoopRigException>(() => new ModuloSplit { Test = [7] }.Apply(identity, "images")).Message, StringComparison.Ordinal);
        Assert.Contains("share a remainder", Assert.Throws<LoopRigException>(() => new ModuloSplit { Test = [1] }.Apply(identity, "images")).Message, StringComparison.Ordinal);
    }
}
