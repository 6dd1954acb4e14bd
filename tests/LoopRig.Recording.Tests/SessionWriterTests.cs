using System.Diagnostics;
using LoopRig.Core;
using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class SessionWriterTests
{
    [Fact]
    public void Write_DescriptorsOfEndlessTopics_AreRecordedAndOnlySoManyRemembered()
    {
        using var temporary = new TemporaryFolder();
        using var writer = new SessionWriter(temporary.Session, new SessionInfo { InputStreams = [] });
        var before = writer.Records;
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 1100; i++)
            {
                writer.Write(Descriptor(new StreamDescriptor { Name = $"topic{i}", Kind = StreamKind.Event, DType = DType.U8, Shape = [0] }, i), i);
            }
        }
        Assert.Equal(1100 + 76, writer.Records - before); // 1024 were known the second time
    }

    [Fact]
    public void Write_ManyKindsOverManySegments_ReadsBackVerbatimAndInOrder()
    {
        using var temporary = new TemporaryFolder();
        var random = new Random(1);
        var written = new List<(RecordKind Kind, byte[] Body, long Time)>();
        using (var writer = new SessionWriter(temporary.Session, new SessionInfo { InputStreams = ["cam", "wheel"] }, segmentBytes: 20_000))
        {
            for (var i = 0; i < 500; i++)
            {
                var message = Frame(i % 3 == 0 ? "wheel" : "cam", (ulong)i, i * Ms, random.Next(0, 3000));
                writer.Write(message, i * Ms);
                written.Add((RecordKind.Message, [.. message.Topic, .. message.Header, .. message.Payload], i * Ms));
                var bin = new BinRecord { Index = i, StartNs = 1, EndNs = 2, ClosedNs = 3, SentNs = 4, PredictionSequence = 5, Network = ulong.MaxValue, Flags = BinFlags.Fallback };
                SampleRange[] used = [new() { FirstSequence = 7, LastSequence = 9, FirstSample = 1, LastSample = 2, Count = 3, Epoch = 4 }, default];
                writer.WriteBin(bin, used, i * Ms);
            }
            writer.WriteDrop(WireFormat.Topic("cam"), new DropRecord(DropEdge.Ring, 3, 5, 3) { Epoch = 6 }, 1);
            writer.WriteLate(WireFormat.Topic("cam"), new LateRecord(8, 9, 10, 11, 12) { Epoch = 13 }, 2);
            writer.WriteEvent(SessionEvent.Swap("a", "b", 12, true, "asked"), 3);
            writer.Close();
        }

        using var reader = new SessionReader(temporary.Session);
        using var cursor = reader.OpenCursor();
        var (messages, bins, last) = (0, 0, -1L);
        while (cursor.Read())
        {
            Assert.Equal((ulong)++last, cursor.Head.Number);
            switch (cursor.Head.Kind)
            {
                case RecordKind.Message:
                    Assert.Equal(written[messages].Body, cursor.Body.ToArray());
                    Assert.Equal(written[messages++].Time, cursor.Head.TimeNs);
                    break;
                case RecordKind.Bin:
                    var bin = RecordedBin.Read(cursor.Content);
                    Assert.Equal((bins++, 4L, 5UL, ulong.MaxValue, BinFlags.Fallback), ((int)bin.Record.Index, bin.Record.SentNs, bin.Record.PredictionSequence, bin.Record.Network, bin.Record.Flags));
                    Assert.Equal((7UL, 9UL, 1, 2, 3, 4U), (bin.Streams[0].FirstSequence, bin.Streams[0].LastSequence, bin.Streams[0].FirstSample, bin.Streams[0].LastSample, bin.Streams[0].Count, bin.Streams[0].Epoch));
                    break;
            }
        }
        Assert.Equal((500, 500), (messages, bins));
        Assert.Empty(cursor.Gaps);
        Assert.True(reader.Segments.Count > 20, $"{reader.Segments.Count} segments");
        Assert.Equal(new DropRecord(DropEdge.Ring, 3, 5, 3) { Epoch = 6 }, Assert.Single(reader.Index.Find("cam")!.Drops));
        Assert.Equal(new LateRecord(8, 9, 10, 11, 12) { Epoch = 13 }, Assert.Single(reader.Index.Find("cam")!.Lates));
        Assert.Equal("swap", Assert.Single(reader.Index.Events).Kind);
    }

    [Fact]
    public void Close_WritesTheDescriptionThatReadingWouldCount()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 200);
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal(SessionState.Closed, reader.Info.State);
        Assert.Equivalent(reader.Index.Totals, reader.Info.Totals, strict: true);
        Assert.Equal((200L, 0L), (reader.Info.Totals!.Streams[0].Messages, reader.Info.Totals.Streams[0].MissingBySequence));
    }

    [Fact]
    public void Write_TheLargestMessage_ReadsBack()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 2, WireFormat.MaxPayload);
        using var reader = new SessionReader(temporary.Session);
        var message = new RecordedMessage();
        Assert.True(reader.TryRead("cam", 1, message));
        Assert.Equal(Frame("cam", 1, Ms, WireFormat.MaxPayload).Payload, message.Payload.ToArray());
    }

    [Fact]
    public void Constructor_WhereASessionIs_RefusesAndLeavesIt()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 3);
        var error = Assert.Throws<RecordingException>(() => new SessionWriter(temporary.Session, new SessionInfo()));
        Assert.Contains(temporary.Session, error.Message, StringComparison.Ordinal);
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal(3, reader.Index.Totals.Streams[0].Messages);
    }

    [Fact]
    public void Write_TenThousandMessagesAndBins_AllocatesNothing()
    {
        using var temporary = new TemporaryFolder();
        using var writer = new SessionWriter(temporary.Session, new SessionInfo());
        var message = Frame("cam", 1, 1, 4800);
        var bin = new BinRecord { Index = 1 };
        var used = new SampleRange[4];
        void Tick()
        {
            writer.WriteMessage(message.Topic, message.Header, message.Payload, 5);
            writer.WriteBin(bin, used, 5);
            writer.WriteDrop(message.Topic, new DropRecord(DropEdge.Wire, 1, 1, 1), 5);
            writer.FlushWhenDue(RigClock.Now);
        }
        for (var i = 0; i < 100; i++)
        {
            Tick();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Tick();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Write_WhenTheDiskIsFull_NamesFolderAndFreeBytesAndKeepsWhatWasWritten()
    {
        using var temporary = new TemporaryFolder();
        if (!Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", "size=2m", "none", temporary.Path) != 0)
        {
            Assert.Skip("a small file system can be mounted by root alone");
        }
        try
        {
            var written = 0;
            RecordingException error;
            using (var writer = new SessionWriter(temporary.Session, new SessionInfo()))
            {
                error = Assert.Throws<RecordingException>(() =>
                {
                    for (; written < 1000; written++)
                    {
                        writer.Write(Frame("cam", (ulong)written, written, 10_000), written);
                        writer.Flush();
                    }
                });
                Assert.Same(error, writer.Fault);
                Assert.Same(error, Assert.Throws<RecordingException>(() => writer.Write(Frame("cam", 0, 0), 0)));
            }
            Assert.Contains(temporary.Session, error.Message, StringComparison.Ordinal);
            Assert.Matches(@"\d+ bytes free", error.Message);
            Assert.Contains("space", error.Message, StringComparison.OrdinalIgnoreCase);
            Assert.True(written > 100);
            using var reader = new SessionReader(temporary.Session);
            Assert.Equal(written, reader.Index.Find("cam")!.Messages.Count);
            Assert.NotEqual(SessionState.Closed, reader.Info.State);
        }
        finally
        {
            Run("umount", temporary.Path);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
