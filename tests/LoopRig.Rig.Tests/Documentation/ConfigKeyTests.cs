using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LoopRig.Models;
using LoopRig.Training;

namespace LoopRig.Rig.Tests.Documentation;

/// <summary>Every key that a config of training can have is told of where a reader looks for it.</summary>
public partial class ConfigKeyTests
{
    public static TheoryData<string, string, Type> Kinds()
    {
        var kinds = new TheoryData<string, string, Type>();
        foreach (var (chapter, of) in ((string, Type)[])[("Networks", typeof(NetworkRecipe)), ("Optimisers", typeof(OptimiserConfig)), ("Schedules", typeof(ScheduleConfig)), ("Data", typeof(DataConfig))])
        {
            foreach (var kind in of.GetCustomAttributes<JsonDerivedTypeAttribute>())
            {
                kinds.Add(chapter, (string)kind.TypeDiscriminator!, kind.DerivedType);
            }
        }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Keys_OfAKind_StandInItsSection(string chapter, string kind, Type type)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "networks.md"));
        var section = Section(Section(page, $"## {chapter}"), $"### `{kind}`");

        Assert.Empty(Keys(type).Except(Words(section)));
        // And nothing that is not a key of it: the first column of its table.
        Assert.Empty(FirstColumn().Matches(section).SelectMany(static row => Words(row.Groups[1].Value)).Except(Keys(type)));
    }

    [Theory]
    [InlineData(typeof(TrainConfig), "training.md")]
    [InlineData(typeof(TrainingOptions), "training.md")]
    [InlineData(typeof(TransferConfig), "training.md")]
    [InlineData(typeof(ModuloSplit), "networks.md")]
    [InlineData(typeof(RandomSplit), "networks.md")]
    [InlineData(typeof(SweepConfig), "evaluation.md")]
    [InlineData(typeof(SweepTable), "evaluation.md")]
    [InlineData(typeof(SweepComparison), "evaluation.md")]
    [InlineData(typeof(LearningCurveConfig), "evaluation.md")]
    public void Keys_OfAConfig_StandOnItsPage(Type type, string page)
        => Assert.Empty(Keys(type).Except(Words(File.ReadAllText(Repository.PathOf("docs", page)))));

    private static string[] Keys(Type type)
        => [.. type.GetProperties().Where(static key => key.CanWrite && key.GetCustomAttribute<JsonIgnoreAttribute>() is null).Select(static key => JsonNamingPolicy.CamelCase.ConvertName(key.Name))];

    // Names in code style: `a.b` tells of a and b, `"a": 1` of a.
    private static IEnumerable<string> Words(string text) => CodeSpan().Matches(text).SelectMany(static span => Word().Matches(span.Value)).Select(static word => word.Value).Distinct();

    private static string Section(string text, string heading)
    {
        var at = text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(at >= 0, $"there is no section '{heading}'");
        var begin = at + heading.Length + 2;
        var level = heading.Split(' ')[0];
        var end = Regex.Match(text[begin..], $"^#{{1,{level.Length}}} ", RegexOptions.Multiline);
        return end.Success ? text[begin..(begin + end.Index)] : text[begin..];
    }

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex FirstColumn();
}
