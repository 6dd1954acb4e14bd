using LoopRig.Core;
using LoopRig.Recording;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class SessionsDataTests
{
    [Fact]
    public void Open_OfAFolder_GivesEachSessionAndItsSplit()
    {
        using TempFolder folder = Recorded(3);
        var config = new SessionsConfig { Folder = folder.Path, Truth = "truth" };
        Assert.Equal(["worldcam", "treadmill"], config.Offered().Select(static input => input.Name));
        IReadOnlyList<SessionData> sessions = config.Open(ToyRig.Spec.Inputs);
        Assert.Equal(["s0", "s1", "s2"], sessions.Select(static session => session.Name));
        foreach (SessionData session in sessions)
        {
            Assert.True(session.Data.HasExpected);
            foreach (int window in (int[])[1, 3])
                LeakAssert.NothingShared(session, window);
            session.Data.Dispose();
        }
    }

    [Fact]
    public void Open_TheLastTwoJoined_IsOneSetOfTheNewestWithoutWindowsAcrossThem()
    {
        using TempFolder folder = Recorded(3);
        var config = new SessionsConfig { Folder = folder.Path, Last = 2, Join = true };
        SessionData joined = Assert.Single(config.Open(ToyRig.Spec.Inputs));
        // Session s0 was recorded last.
        Assert.Equal("s1..s0", joined.Name);
        SessionData newest = Assert.Single((config with { Sessions = ["s0"] }).Open(ToyRig.Spec.Inputs));
        using Dataset data = joined.Data, last = newest.Data;
        Assert.Equal(2 * last.Length, data.Length);
        LeakAssert.NothingShared(joined, 4);
        Assert.False(data.IsSample(last.Length + 1, 3, 1));
        Assert.True(data.IsSample(last.Length + 2, 3, 1));
        Assert.False(data.IsSample(last.Length - 1, 1, 1));
        using var scope = new Scope();
        int[] bins = [5, 80, 290];
        for (int input = 0; input < 2; input++)
            Assert.Equal(last.Windows(input, last.Inputs[input], bins, 3).ToArray(), data.Windows(input, data.Inputs[input], [.. bins.Select(bin => bin + last.Length)], 3).ToArray());
        Assert.Equal(last.Targets(bins, 1).ToArray(), data.Targets([.. bins.Select(bin => bin + last.Length)], 1).ToArray());
    }

    [Fact]
    public void Open_WithoutTheActivity_NamesTheSession()
    {
        using TempFolder folder = Recorded(1);
        string message = Assert.Throws<LoopRigException>(() => new SessionsConfig { Folder = folder.Path, Activity = "spikes" }.Open(ToyRig.Spec.Inputs)).Message;
        Assert.Contains(folder.Of("s0"), message, StringComparison.Ordinal);
        Assert.Contains("'spikes'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFolderWithoutSessions_SaysSo()
    {
        using var folder = new TempFolder();
        Assert.Contains("no session in it", Assert.Throws<DataFileException>(() => new SessionsConfig { Folder = folder.Path }.Open(ToyRig.Spec.Inputs)).Message, StringComparison.Ordinal);
    }

    private static TempFolder Recorded(int sessions)
    {
        var folder = new TempFolder();
        for (int session = sessions - 1; session >= 0; session--)
        {
            using var writer = new SessionWriter(folder.Of($"s{session}"), new SessionInfo());
            ToyRig.Play(ToyRig.Wander(300, session), new RecordedOutput(writer));
            writer.Close();
        }
        return folder;
    }
}
