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

    private static SimulatedSessions Recorded(SimulatedSessions sessions)
    {
        SimulatedSessions.Record([sessions], 1, TestContext.Current.CancellationToken);
        return sessions;
    }
}
