using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class DamageTests
{
    private static (List<ulong> Numbers, IReadOnlyList<LogGap> Gaps) ReadAll(params byte[][] segments)
    {
        using var temporary = new TemporaryFolder();
        var paths = segments.Select((bytes, i) =>
        {
            var path = SessionFolder.SegmentPath(temporary.Path, i);
            File.WriteAllBytes(path, bytes);
            return path;
        }).ToArray();
        var numbers = new List<ulong>();
        using var cursor = new SessionCursor(paths);
        while (cursor.Read())
        {
            numbers.Add(cursor.Head.Number);
        }
        return (numbers, cursor.Gaps);
    }

    private static byte[] Segment(int messages, int bytes = 8)
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, messages, bytes);
        return File.ReadAllBytes(SessionFolder.SegmentPath(temporary.Session, 0));
    }

    [Fact]
    public void Read_WithAnyOneBitWrong_LosesThatRecordAloneAndSaysSo()
    {
        var sound = Segment(4);
        var starts = Starts(sound);
        for (var at = 0; at < sound.Length; at++)
        {
            var bytes = (byte[])sound.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            var (numbers, gaps) = ReadAll(bytes);
            var hit = starts.FindLastIndex(s => s <= at);
            Assert.Equal(Enumerable.Range(0, starts.Count).Where(i => i != hit).Select(i => (ulong)i), numbers);
            var gap = Assert.Single(gaps);
            Assert.Equal(starts[hit], gap.Offset);
            Assert.Equal((hit + 1 < starts.Count ? starts[hit + 1] : sound.Length) - starts[hit], gap.Bytes);
            Assert.Equal(hit + 1 < starts.Count ? 1 : null, gap.RecordsLost);
        }
    }

    [Fact]
    public void Read_WhenCutAnywhere_GivesEveryWholeRecord()
    {
        var sound = Segment(4);
        var starts = Starts(sound);
        for (var length = 0; length < sound.Length; length++)
        {
            var (numbers, gaps) = ReadAll(sound[..length]);
            var whole = starts.Count(s => (starts.Find(n => n > s) is var next and > 0 ? next : sound.Length) <= length);
            Assert.Equal(whole, numbers.Count);
            Assert.Equal(starts.Contains(length) || length == 0 ? 0 : 1, gaps.Count);
        }
    }

    [Fact]
    public void Read_WithRubbishBetweenTheRecords_PassesOverIt()
    {
        var sound = Segment(50, 3000);
        var starts = Starts(sound);
        var rubbish = new byte[3 << 20];
        new Random(3).NextBytes(rubbish);
        // Markers without records, one of them claiming the largest body, and one across the reader's blocks.
        "LRec"u8.CopyTo(rubbish.AsSpan(77));
        "LRec"u8.CopyTo(rubbish.AsSpan((1 << 20) - starts[20] - 2));
        var claim = rubbish.AsSpan(900);
        claim[..64].Clear();
        "LRec"u8.CopyTo(claim);
        BitConverter.TryWriteBytes(claim[8..], RecordFormat.MaxBody);
        byte[] damaged = [.. sound[..starts[20]], .. rubbish, .. sound[starts[20]..]];
        var (numbers, gaps) = ReadAll(damaged);
        Assert.Equal(starts.Count, numbers.Count);
        Assert.Equal((starts[20], rubbish.Length, 0L), (Assert.Single(gaps).Offset, gaps[0].Bytes, gaps[0].RecordsLost));
    }

    [Fact]
    public void Read_WithASoundOldRecordInsideTheDamage_DoesNotTakeItForAnother()
    {
        var sound = Segment(4);
        var starts = Starts(sound);
        byte[] damaged = [.. sound[..starts[3]], 1, 2, 3, .. sound[starts[1]..starts[2]], 4, 5, .. sound[starts[3]..]];
        Assert.Equal([0UL, 1, 2, 3, 4, 5], ReadAll(damaged).Numbers);
    }

    [Fact]
    public void Read_WhenASegmentLostItsEnd_CountsTheLostRecordsFromTheNext()
    {
        using var temporary = new TemporaryFolder();
        using (var writer = new SessionWriter(temporary.Session, new SessionInfo(), segmentBytes: 5000))
        {
            for (var i = 0; i < 40; i++)
            {
                writer.Write(Frame("cam", (ulong)i, i, 500), i);
            }
        }
        var segments = SessionFolder.Segments(temporary.Session).Select(File.ReadAllBytes).ToArray();
        var starts = Starts(segments[1]);
        segments[1] = segments[1][..(starts[^2] + 10)];
        var (numbers, gaps) = ReadAll(segments);
        var gap = Assert.Single(gaps);
        Assert.Equal((2L, 10L, "log-000001.lrlog"), (gap.RecordsLost, gap.Bytes, gap.Segment));
        Assert.Equal(40 + (2 * segments.Length) - 2, numbers.Count);
    }

    [Fact]
    public void Read_WithZerosAtTheEnd_ListsThemAsDamage()
    {
        var sound = Segment(10);
        var (numbers, gaps) = ReadAll([.. sound, .. new byte[5 << 20]]);
        Assert.Equal(12, numbers.Count);
        Assert.Equal((sound.Length, 5L << 20, (long?)null), (Assert.Single(gaps).Offset, gaps[0].Bytes, gaps[0].RecordsLost));
    }

    private static List<int> Starts(byte[] segment)
    {
        var starts = new List<int>();
        for (var at = 0; at < segment.Length; at += RecordFormat.HeaderLength + BitConverter.ToInt32(segment, at + 8))
        {
            starts.Add(at);
        }
        return starts;
    }
}
