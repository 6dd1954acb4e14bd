using LoopRig.Core;
using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class RecoveryTests
{
    [Fact]
    public void Recover_WithADamagedEnd_KeepsItBesideTheLogAndClosesTheSession()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 10);
        var path = SessionFolder.SegmentPath(temporary.Session, 0);
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^20]);

        var report = SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken);

        Assert.True(report.Changed);
        var gap = Assert.Single(report.Gaps);
        Assert.Equal(9, report.Totals.Streams[0].Messages);
        byte[] together = [.. File.ReadAllBytes(path), .. File.ReadAllBytes(report.TailFile!)];
        Assert.Equal(whole[..^20], together);
        Assert.Equal(gap.Bytes, new FileInfo(report.TailFile!).Length);
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal(SessionState.Recovered, reader.Info.State);
        Assert.Empty(reader.Index.Gaps);
        Assert.Equal(gap, Assert.Single(reader.Info.Gaps!));
    }

    [Fact]
    public void Recover_WithDamageInTheMiddle_LeavesTheLogAndSaysWhatIsLost()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 10);
        var path = SessionFolder.SegmentPath(temporary.Session, 0);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);

        var report = SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken);

        Assert.Equal((true, 1L, null), (report.Changed, Assert.Single(report.Gaps).RecordsLost, report.TailFile));
        Assert.Equal((9L, 1L), (report.Totals.Streams[0].Messages, report.Totals.Streams[0].MissingBySequence));
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.False(SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken).Changed);
    }

    [Fact]
    public void Recover_WhenClosedAndWhole_ChangesNothing()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 10);
        var before = File.ReadAllText(Path.Combine(temporary.Session, SessionFolder.InfoName));
        Assert.False(SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken).Changed);
        Assert.Equal(before, File.ReadAllText(Path.Combine(temporary.Session, SessionFolder.InfoName)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{ \"format\": 1, \"id\"")]
    [InlineData("{ \"format\": 99 }")]
    public void Recover_WithoutAReadableDescription_MakesOneAndKeepsTheOld(string? content)
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 10);
        var path = Path.Combine(temporary.Session, SessionFolder.InfoName);
        var id = SessionFolder.ReadInfo(temporary.Session).Id;
        if (content is null) File.Delete(path);
        else File.WriteAllText(path, content);
        Assert.Equal(SessionState.Damaged, Assert.Single(SessionCatalogue.List(temporary.Path, stop: TestContext.Current.CancellationToken)).State);

        var report = SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken);

        Assert.NotNull(report.InfoProblem);
        Assert.Equal((id, SessionState.Recovered), (report.Info.Id, SessionFolder.ReadInfo(temporary.Session).State));
        Assert.Equal(10, report.Totals.Streams[0].Messages);
        Assert.Equal(["cam"], report.Info.InputStreams);
        if (content is not null) Assert.Equal(content, File.ReadAllText(path + ".damaged"));
    }

    [Fact]
    public void Recover_WhileItIsRecorded_Refuses()
    {
        using var temporary = new TemporaryFolder();
        using var writer = new SessionWriter(temporary.Session, new SessionInfo());
        Assert.Contains("running process", Assert.Throws<RecordingException>(() => SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.True(Assert.Single(SessionCatalogue.List(temporary.Path, stop: TestContext.Current.CancellationToken)).BeingRecorded);
    }

    [Fact]
    public void Open_WithASegmentOfAnotherSession_Refuses()
    {
        using var temporary = new TemporaryFolder();
        var other = Path.Combine(temporary.Path, "other");
        Session(temporary.Session, 10);
        Session(other, 10);
        File.Copy(SessionFolder.SegmentPath(other, 0), SessionFolder.SegmentPath(temporary.Session, 1));
        using var reader = new SessionReader(temporary.Session);
        Assert.Contains("belongs to session", Assert.Throws<RecordingException>(() => reader.Index).Message, StringComparison.Ordinal);
        Assert.Throws<RecordingException>(() => SessionRecovery.Recover(temporary.Session, TestContext.Current.CancellationToken));
    }
}
