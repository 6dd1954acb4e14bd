using System.Text.RegularExpressions;

namespace LoopRig.Rig.Tests.Documentation;

/// <summary>What the documentation tests need of Markdown: links, headings and code blocks.</summary>
internal static partial class Markdown
{
    /// <summary>README.md, CHANGELOG.md and everything in docs/, relative to the root.</summary>
    public static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md"))
            .Concat(Directory.EnumerateFiles(Repository.PathOf("src"), "README.md", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Repository.Root, f)).Order(StringComparer.Ordinal);

    /// <summary>Targets of links and pictures, without those to other machines.</summary>
    public static IEnumerable<string> LocalLinks(string text) =>
        Link().Matches(Code().Replace(text, "")).Select(m => m.Groups[1].Value).Where(t => !t.Contains("://", StringComparison.Ordinal) && !t.StartsWith("mailto:", StringComparison.Ordinal));

    /// <summary>Lines of the code blocks of a language.</summary>
    public static IEnumerable<string> CodeLines(string text, string language) =>
        Block().Matches(text).Where(m => m.Groups[1].Value == language).SelectMany(m => m.Groups[2].Value.Split('\n')).Select(l => l.Trim()).Where(l => l.Length > 0);

    /// <summary>The anchors that the headings make.</summary>
    public static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(text).Select(m => NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*```.*?^\s*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*```(\w+)\n(.*?)^\s*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
