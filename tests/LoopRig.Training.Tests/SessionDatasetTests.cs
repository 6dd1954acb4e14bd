using LoopRig.Recording;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class SessionDatasetTests
{
    [Fact]
    public void Read_OfARecordedSession_GivesWhatTheStreamsGave()
    {
        string folder = Directory.CreateTempSubdirectory("looprig-training-").FullName;
        try
        {
            ToyRig.Moment[] moments = ToyRig.Wander(300, 8);
            using (var writer = new SessionWriter(Path.Combine(folder, "session"), new SessionInfo()))
            {
                var output = new RecordedOutput(writer);
                ToyRig.Play(moments, output);
                writer.Close();
            }
            using var session = new SessionReader(Path.Combine(folder, "session"));
            using Dataset read = SessionDataset.Read(session, ToyRig.Spec, TestContext.Current.CancellationToken), direct = ToyRig.Play(moments).Build();
            Assert.Equal(direct.Length, read.Length);
            Assert.Equal(direct.UnitIds, read.UnitIds);
            using var scope = new Scope();
            int[] bins = [.. Enumerable.Range(0, direct.Length - 1)];
            for (int input = 0; input < 2; input++)
                Assert.Equal(direct.Windows(input, direct.Inputs[input], bins, 1).ToArray(), read.Windows(input, read.Inputs[input], bins, 1).ToArray());
            Assert.Equal(direct.Targets(bins, 1).ToArray(), read.Targets(bins, 1).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Read_OfMoreImagesThanMemoryIsGiven_GivesTheSameFromAFileThatIsGoneAlready()
    {
        using var folder = new TempFolder();
        using (var writer = new SessionWriter(folder.Of("session"), new SessionInfo()))
        {
            ToyRig.Play(ToyRig.Wander(300, 8), new RecordedOutput(writer));
            writer.Close();
        }
        using var session = new SessionReader(folder.Of("session"));
        using Dataset memory = SessionDataset.Read(session, ToyRig.Spec, TestContext.Current.CancellationToken);
        using Dataset file = SessionDataset.Read(session, ToyRig.Spec with { FrameMemoryBytes = 100 * ToyRig.Size * ToyRig.Size * 2 }, TestContext.Current.CancellationToken);
        using var scope = new Scope();
        int[] bins = [.. Enumerable.Range(3, memory.Length - 4)];
        Assert.Equal(memory.Windows(0, memory.Inputs[0], bins, 4).ToArray(), file.Windows(0, file.Inputs[0], bins, 4).ToArray());
        Assert.Matches(@"looprig-frames-\w+\.npy \(deleted\)", File.ReadAllText("/proc/self/maps"));
    }
}
