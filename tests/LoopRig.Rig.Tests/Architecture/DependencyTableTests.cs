using System.Xml.Linq;

namespace LoopRig.Rig.Tests.Architecture;

/// <summary>Who may know whom (docs/architecture.md): Acquisition, Inference, Stimulus and Recording meet in Core's words and on the wire alone.</summary>
public class DependencyTableTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Core"] = [],
        ["Native"] = ["Core"],
        ["Torch"] = ["Core"],
        ["Models"] = ["Core", "Torch"],
        ["Acquisition"] = ["Core", "Native"],
        ["Stimulus"] = ["Core", "Native"],
        ["Recording"] = ["Core", "Native"],
        ["Inference"] = ["Core", "Native", "Torch", "Models"],
        ["Synthesis"] = ["Core", "Native", "Torch", "Models"],
        ["Training"] = ["Core", "Native", "Torch", "Models", "Recording"],
        ["Simulation"] = ["Core", "Native", "Stimulus"],
        ["Rig"] = ["Core", "Native", "Torch", "Models", "Acquisition", "Inference", "Stimulus", "Synthesis", "Training", "Recording", "Simulation"],
    };

    private static readonly string[] s_mayBeUnsafe = ["Core", "Native", "Torch"];

    public static TheoryData<string> Parts() =>
        [.. Directory.EnumerateDirectories(Repository.PathOf("src"), "LoopRig.*").Select(d => Path.GetFileName(d)["LoopRig.".Length..]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void References_OfAPart_AreInTheTable(string part)
    {
        Assert.True(s_mayUse.ContainsKey(part), $"LoopRig.{part} is not in the table of parts");

        var references = Project(part).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)["LoopRig.".Length..]);

        Assert.Empty(references.Except(s_mayUse[part]));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void UnsafeCode_OfAPart_IsAllowedInTheNativeOnesAlone(string part)
    {
        var allowed = Project(part).Descendants("AllowUnsafeBlocks").Any(e => bool.Parse(e.Value));

        Assert.True(!allowed || s_mayBeUnsafe.Contains(part), $"LoopRig.{part} allows unsafe code");
    }

    [Fact]
    public void UnsafeCode_ByBuildProperties_IsNotSwitchedOnForAll() =>
        Assert.DoesNotContain("AllowUnsafeBlocks", File.ReadAllText(Repository.PathOf("Directory.Build.props")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Parts))]
    public void Project_OfAPart_IsInTheSolution(string part) =>
        Assert.Contains($"LoopRig.{part}.csproj", File.ReadAllText(Repository.PathOf("LoopRig.sln")), StringComparison.Ordinal);

    [Theory]
    [InlineData("BannedSymbols.OutsideRig.txt", "T:System.Console")]
    [InlineData("BannedSymbols.OutsideRig.txt", "M:System.Threading.Thread.Sleep(System.Int32)")]
    [InlineData("BannedSymbols.OutsideRig.txt", "M:System.Threading.Tasks.Task.Wait")]
    [InlineData("BannedSymbols.OutsideRig.txt", "P:System.Threading.Tasks.Task`1.Result")]
    [InlineData("BannedSymbols.txt", "P:System.DateTime.Now")]
    [InlineData("BannedSymbols.txt", "M:System.GC.Collect")]
    public void BannedSymbols_OfTheHouse_AreListedWithAReason(string file, string symbol)
    {
        var line = File.ReadLines(Repository.PathOf(file)).SingleOrDefault(l => l.Split(';')[0] == symbol);

        Assert.NotNull(line);
        Assert.NotEmpty(line.Split(';')[1]);
    }

    private static XDocument Project(string part) => XDocument.Load(Repository.PathOf("src", $"LoopRig.{part}", $"LoopRig.{part}.csproj"));
}
