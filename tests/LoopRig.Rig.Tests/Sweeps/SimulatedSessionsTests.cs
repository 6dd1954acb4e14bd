using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.Sweeps;

namespace LoopRig.Rig.Tests.Sweeps;

public sealed class SimulatedSessionsTests : IDisposable
{
    private readonly string _folder = Repository.PathOf("sessions", "simulated", "0.05min-3n-16x20-session0");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Record_SessionOfAnotherVersion_IsRecordedAnew()
    {
        var sessions = new SimulatedSessions { Animals = [1], Minutes = 0.05, Neurons = 3, Height = 16, Width = 20 };
        sessions = Recorded(sessions);
        string session = Path.Combine(_folder, "mouse-1"), version = Path.Combine(session, "simulated-version"), mark = Path.Combine(session, "mark");
        File.WriteAllText(mark, "");
        Recorded(sessions);
        Assert.True(File.Exists(mark));     // of this version: left alone

        File.WriteAllText(version, "0");
        Recorded(sessions);

        Assert.False(File.Exists(mark));
        Assert.Equal($"{SimulatedSessions.Version}", File.ReadAllText(version));
        Assert.Empty(Directory.GetDirectories(_folder, ".part-*"));
    }

    [Theory]
    [InlineData("\"height\": -18", "data.height", "must be 8 to 2000")]
    [InlineData("\"width\": 4000", "data.width", "must be 8 to 2000")]
    [InlineData("\"memorySeconds\": -1", "data.memorySeconds", "must be 0 to 60")]
    [InlineData("\"animals\": [2, 2]", "data.animals", "names none, or one twice")]
    [InlineData("\"sources\": null", "data.sources", "null has no meaning here")]
    public void Load_OfAWrongKey_NamesItAndNoWrongLine(string wrong, string key, string words)
    {
        var animals = wrong.Contains("animals", StringComparison.Ordinal) ? "" : "\"animals\": [1], ";
        var error = Fault($$"""
            {
              "network": { "kind": "xu" },
              "data": { "kind": "simulated", {{animals}}
                {{wrong}} }
            }
            """);
        Assert.Equal(key, error.Key);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.json:\d", error.Message);
    }

    [Fact]
    public void Load_OfADoubledKey_NamesItsLine()
    {
        var error = Fault("""
            {
              "network": { "kind": "xu" },
              "seed": 1,
              "seed": 2,
              "data": { "kind": "simulated", "animals": [1] }
            }
            """);
        Assert.Equal("seed", error.Key);
        Assert.Contains("train.json:4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CellVersion_OfTheSimulator_LeavesCellsThatWereNeverToldApart()
    {
        var simulated = (JsonObject)JsonNode.Parse("{ \"kind\": \"simulated\", \"animals\": [1] }")!;
        Assert.Null(SimulatedSessions.CellVersion(simulated, 2));
        Assert.Equal("simulated 3", SimulatedSessions.CellVersion(simulated, 3));
        Assert.Null(SimulatedSessions.CellVersion((JsonObject)JsonNode.Parse("{ \"kind\": \"xu\" }")!, 3));
    }

    private static RigConfigException Fault(string config)
    {
        string folder = Directory.CreateTempSubdirectory("looprig-simulated-").FullName, path = Path.Combine(folder, "train.json");
        try
        {
            File.WriteAllText(path, config);
            return Assert.Throws<RigConfigException>(() => SimulatedSessions.Load(path, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SimulatedSessions Recorded(SimulatedSessions sessions)
    {
        SimulatedSessions.Record([sessions], 1, TestContext.Current.CancellationToken);
        return sessions;
    }
}
