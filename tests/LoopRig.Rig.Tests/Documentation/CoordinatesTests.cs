using System.Reflection;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Rig.Tests.Documentation;

public class CoordinatesTests
{
    private static string Page => Repository.PathOf("docs/coordinates.md");

    [Fact]
    public void Table_OfThePage_IsWhatCoreDefines()
    {
        var rows = File.ReadLines(Page).Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        var defined = BehaviourVariables.All.Select(v => $"| `{v.Name}` | {(v.Unit.Length > 0 ? v.Unit : "-")} | {v.Meaning} | {v.Positive} | {v.Zero} |");

        Assert.Equal(defined, rows);
    }

    [Fact]
    public void All_OfTheNames_AreDefined()
    {
        var names = typeof(BehaviourVariables).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(names.Order(), BehaviourVariables.All.Select(v => v.Name).Order());
    }

    [Fact]
    public void Orientation_OfTheImu_HasTheUnitsOfCore()
    {
        using var processor = new OrientationProcessor("imu", ImuChannels.Describe("imu", ImuChannels.Inertial, 100, "test"), Mounting.Straight);
        var stream = processor.Streams[0];

        foreach (var variable in BehaviourVariables.All.Where(v => stream.Channels.Contains(v.Name)))
        {
            Assert.Equal(variable.Unit, stream.Units[Array.IndexOf(stream.Channels, variable.Name)]);
        }
    }

    // The drawing shows what the page says: each of its angles is named there with a plus at its arrow.
    [Theory]
    [InlineData(BehaviourVariables.Speed)]
    [InlineData(BehaviourVariables.Pitch)]
    [InlineData(BehaviourVariables.Roll)]
    [InlineData(BehaviourVariables.Theta)]
    [InlineData(BehaviourVariables.Phi)]
    public void Drawing_OfThePage_NamesTheVariable(string name)
    {
        Assert.Contains($">{name} +<", File.ReadAllText(Repository.PathOf("docs/coordinates.svg")), StringComparison.Ordinal);
    }
}
