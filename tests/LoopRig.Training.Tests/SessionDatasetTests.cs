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
}
