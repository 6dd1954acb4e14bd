using System.Text.RegularExpressions;

namespace LoopRig.Rig.Tests.Documentation;

/// <summary>Holds the list of events in docs/session-format.md to the code: what is posted is documented, and what is documented is posted.</summary>
public sealed partial class SessionEventTests
{
    [Fact]
    public void SessionFormat_Events_AreThoseThatTheCodePosts()
    {
        var posted = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Posted().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups.Values.Skip(1).First(g => g.Success).Value)
            .ToHashSet();
        Assert.Contains("fault_over", posted);
        Assert.Contains("events_lost", posted);
        Assert.Contains("clock", posted);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "session-format.md"));
        var start = page.IndexOf("### Events", StringComparison.Ordinal);
        var table = page[start..page.IndexOf("###", start + 5, StringComparison.Ordinal)];
        var documented = Row().Matches(table).SelectMany(row => Name().Matches(row.Groups[1].Value)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Equal(posted.Order(), documented.Order());
    }

    // RigEvents.Post and Tell, an event made without them, a kind that Recording knows by name.
    [GeneratedRegex("""(?:\bPost|\bTell|\bDescribe)\(\s*(?:true,\s*)?"([a-z_-]+)",|const string \w+Kind = "([a-z_-]+)"|Insert\(0, "kind", "([a-z_-]+)"\)""")]
    private static partial Regex Posted();

    [GeneratedRegex(@"^\| (`[^|]*`) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
