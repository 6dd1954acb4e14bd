using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Tests.Configuration;

public class SchemaTests
{
    private static readonly string s_schemaFile = Repository.PathOf("rig-configs", "rig.schema.json");
    private static readonly JsonDocumentOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static TheoryData<string> Configs() =>
        [.. Directory.EnumerateFiles(Repository.PathOf("rig-configs"), "*.json").Select(f => Path.GetFileName(f)).Where(f => f != "rig.schema.json" && !f.StartsWith("train-", StringComparison.Ordinal) && !f.StartsWith("sweep-", StringComparison.Ordinal) && !f.StartsWith("mei-", StringComparison.Ordinal) && !f.StartsWith("inception-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>LOOPRIG_WRITE_SCHEMA=1 writes the file anew instead of comparing.</summary>
    [Fact]
    public void Schema_OfTheClasses_IsTheFile()
    {
        var schema = SchemaWriter.Write();
        if (Environment.GetEnvironmentVariable("LOOPRIG_WRITE_SCHEMA") == "1")
        {
            File.WriteAllText(s_schemaFile, schema);
        }

        Assert.Equal(schema, File.ReadAllText(s_schemaFile));
    }

    [Theory]
    [MemberData(nameof(Configs))]
    public void Check_OfAConfig_FindsNothing(string name) => Assert.Empty(SchemaChecker.Check(Read(name), Schema()));

    [Theory]
    [MemberData(nameof(Configs))]
    public void Config_ForAnEditor_NamesTheSchema(string name) => Assert.Equal("./rig.schema.json", Read(name)["$schema"]!.GetValue<string>());

    [Theory]
    [MemberData(nameof(Configs))]
    public void Load_OfAConfig_Succeeds(string name)
    {
        if (File.ReadAllText(Repository.PathOf("rig-configs", name)).Contains("${LOOPRIG_DATA}", StringComparison.Ordinal))
        {
            Repository.SkipWithoutData();
        }

        var isTemplate = name is "freely-moving.json" or "head-fixed.json";
        var config = RigConfigFile.Load(Repository.PathOf("rig-configs", name), filesMustExist: !isTemplate);

        Assert.NotEmpty(config.Adapters);
    }

    [Theory]
    [InlineData("subject.colour", "\"black\"")]
    [InlineData("aligner.binMs", "0")]
    [InlineData("aligner.binMs", "\"48 ms\"")]
    [InlineData("prediction.fallback", "\"guess\"")]
    [InlineData("realTime.cores", "[1.5]")]
    [InlineData("adapters", "[]")]
    [InlineData("adapters", """[{ "kind": "radio", "name": "r" }]""")]
    public void Check_OfAnEditedConfig_FindsTheFault(string key, string value)
    {
        var config = Read("sim-freely-moving.json");
        JsonNode at = config;
        var keys = key.Split('.');
        foreach (var k in keys[..^1])
        {
            at = at[k] ??= new JsonObject();
        }
        at[keys[^1]] = JsonNode.Parse(value);

        Assert.NotEmpty(SchemaChecker.Check(config, Schema()));
    }

    private static JsonObject Schema() => JsonNode.Parse(File.ReadAllText(s_schemaFile))!.AsObject();

    private static JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(Repository.PathOf("rig-configs", name)), null, s_commented)!.AsObject();
}
