using LoopRig.Rig.CommandLine;

namespace LoopRig.Rig.Tests.Documentation;

/// <summary>The commands that the documentation shows are commands of this program.</summary>
public class ReadmeTests
{
    private const string Launcher = "./looprig ";

    public static TheoryData<string> Commands() =>
        [.. Markdown.Files().SelectMany(f => Markdown.CodeLines(File.ReadAllText(Repository.PathOf(f)), "sh")).Where(l => l.StartsWith(Launcher, StringComparison.Ordinal)).Distinct()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfTheDocumentation_Parses(string line)
    {
        var words = line.Split('#')[0].Split("&&")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        // Files that a reader makes or has beside the checkout do not exist here; that they must is a check of its own.
        var arguments = words.Select(w => w.Contains("FILE", StringComparison.Ordinal) || w.StartsWith("../shared", StringComparison.Ordinal) ? Repository.PathOf("looprig") : w)
            .Select(w => w.Contains('/', StringComparison.Ordinal) && File.Exists(Repository.PathOf(w)) ? Repository.PathOf(w) : w).ToArray();

        var parsed = RigCommandLine.Root().Parse(arguments);

        Assert.Empty(parsed.Errors);
    }

    [Fact]
    public void Configs_OfTheReadme_Exist() => Assert.All(
        Commands().SelectMany(c => c.Data.Split(' ')).Where(w => w.StartsWith("rig-configs/", StringComparison.Ordinal)),
        config => Assert.True(File.Exists(Repository.PathOf(config)), config));

    [Fact]
    public void Readme_ShowsTheTwoCommands()
    {
        var lines = Markdown.CodeLines(File.ReadAllText(Repository.PathOf("README.md")), "sh").ToList();

        Assert.Contains(lines, l => l.StartsWith("./looprig demo", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("./looprig run rig-configs/", StringComparison.Ordinal));
    }
}
