namespace LoopRig.Rig.Tests.Documentation;

public class LinkTests
{
    public static TheoryData<string> Files() => [.. Markdown.Files()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        var path = Repository.PathOf(page);

        var broken = Markdown.LocalLinks(File.ReadAllText(path)).Where(link => !Leads(path, link));

        Assert.Empty(broken);
    }

    private static bool Leads(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(page)!);
        if (!target.StartsWith(Repository.Root, StringComparison.Ordinal) || !(File.Exists(target) || Directory.Exists(target)))
        {
            return false;
        }
        return parts.Length == 1 || (target.EndsWith(".md", StringComparison.Ordinal) && Markdown.Anchors(File.ReadAllText(target)).Contains(parts[1]));
    }
}
