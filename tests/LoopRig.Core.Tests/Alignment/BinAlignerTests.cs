using Xunit;
using static LoopRig.Core.Tests.Alignment.Samples;

namespace LoopRig.Core.Tests.Alignment;

public sealed class BinAlignerTests
{
    private static readonly BinSpec s_spec = new(48 * Ms, 5 * Ms);

    private static (BinAligner Aligner, Bin Bin) Build(params StreamDescriptor[] streams)
    {
        var aligner = new BinAligner(s_spec, streams, [.. streams.Select(_ => true)]);
        return (aligner, new Bin(streams));
    }

    [Fact]
    public void TryClose_WhenEveryRequiredStreamPassedTheEnd_ClosesAtTheReceiptOfTheClosingItem()
    {
        var (aligner, bin) = Build(Vector("a", "x"), Vector("b", "y"));
        aligner.Add(0, 0, 10 * Ms, 1);
        aligner.Add(1, 0, 12 * Ms, 1);
        aligner.Add(0, 1, 50 * Ms, 2);
        aligner.Add(0, 2, 60 * Ms, 4);
        aligner.Add(1, 1, 70 * Ms, 7);
        aligner.Add(0, 3, 97 * Ms, 9);
        Assert.False(aligner.TryClose(97 * Ms, 97 * Ms, bin), "b has not passed the end of the first bin");
        aligner.Add(1, 2, 96 * Ms, 8);
        Assert.True(aligner.TryClose(98 * Ms, 98 * Ms, bin));
        Assert.Equal((1, 48 * Ms, 96 * Ms, 98 * Ms, false), (bin.Index, bin.StartNs, bin.EndNs, bin.ClosedNs, bin.ClosedByTime));
        Assert.Equal(3, bin.Streams[0].Values[0]);
        Assert.Equal((1UL, 2UL, 2), (bin.Streams[0].Range.FirstSequence, bin.Streams[0].Range.LastSequence, bin.Streams[0].Range.Count));
        Assert.Equal(7, bin.Streams[1].Values[0]);
        Assert.False(aligner.TryClose(98 * Ms, 98 * Ms, bin));
    }

    [Fact]
    public void TryClose_WhenAStreamFallsSilent_ClosesAtTheEndPlusLateness()
    {
        var (aligner, bin) = Build(Vector("a", "x"), Vector("b", "y"));
        aligner.Add(0, 0, 10 * Ms, 1);
        aligner.Add(1, 0, 10 * Ms, 1);
        aligner.Add(0, 1, 60 * Ms, 5);
        Assert.False(aligner.TryClose(60 * Ms, 101 * Ms - 1, bin));
        Assert.True(aligner.TryClose(60 * Ms, 103 * Ms, bin));
        Assert.True(bin.ClosedByTime);
        Assert.Equal(101 * Ms, bin.ClosedNs);
        Assert.Equal(0, bin.Streams[1].Range.Count);
        Assert.True(float.IsNaN(bin.Streams[1].Values[0]));
    }

    [Fact]
    public void Add_AfterTheBinClosed_CountsAndDoesNotMerge()
    {
        var (aligner, bin) = Build(Vector("a", "x"));
        aligner.Add(0, 0, 10 * Ms, 1);
        aligner.Add(0, 1, 100 * Ms, 2);
        Assert.True(aligner.TryClose(100 * Ms, 100 * Ms, bin));
        Assert.Equal(AddResult.Late, aligner.Add(0, 2, 60 * Ms, 1000));
        Assert.Equal(1, aligner.Counters[0].Late);
        aligner.Add(0, 3, 150 * Ms, 4);
        Assert.True(aligner.TryClose(150 * Ms, 150 * Ms, bin));
        Assert.Equal(2, bin.Streams[0].Values[0]);
    }

    [Fact]
    public void Add_OfABlockAcrossTwoBins_SplitsItBySampleTimes()
    {
        var (aligner, bin) = Build(Vector("imu", "x"));
        aligner.Add(0, 0, 10 * Ms, 0);
        var (header, payload) = Block(1, [50 * Ms, 90 * Ms, 96 * Ms, 100 * Ms], [1, 3, 10, 20]);
        Assert.Equal(AddResult.Taken, aligner.Add(0, header, payload));
        Assert.True(aligner.TryClose(100 * Ms, 100 * Ms, bin));
        Assert.Equal(2, bin.Streams[0].Values[0]);
        Assert.Equal((1UL, 0, 1UL, 1), (bin.Streams[0].Range.FirstSequence, bin.Streams[0].Range.FirstSample, bin.Streams[0].Range.LastSequence, bin.Streams[0].Range.LastSample));
        Assert.True(aligner.TryClose(100 * Ms, 200 * Ms, bin));
        Assert.Equal(15, bin.Streams[0].Values[0]);
        Assert.Equal((2, 3), (bin.Streams[0].Range.FirstSample, bin.Streams[0].Range.LastSample));
    }

    [Fact]
    public void Add_FarInTheFuture_CountsAndKeepsTheOpenBins()
    {
        var (aligner, bin) = Build(Vector("a", "x"));
        aligner.Add(0, 0, 10 * Ms, 1);
        aligner.Add(0, 1, 60 * Ms, 6);
        Assert.Equal(AddResult.Ahead, aligner.Add(0, 2, 60_000 * Ms, 9));
        aligner.Add(0, 3, 97 * Ms, 7);
        Assert.True(aligner.TryClose(97 * Ms, 97 * Ms, bin));
        Assert.Equal(6, bin.Streams[0].Values[0]);
    }

    [Fact]
    public void Add_FarInTheFutureBeforeTheStart_CountsAndDoesNotDelayTheStart()
    {
        var (aligner, bin) = Build(Vector("a", "x"));
        var header = Header(0, 3600_000 * Ms, 1);
        header.HostTimeNs = 5 * Ms;
        Assert.Equal(AddResult.Ahead, aligner.Add(0, header, new byte[sizeof(float)]));
        Assert.False(aligner.Started);
        aligner.Add(0, 1, 10 * Ms, 1);
        aligner.Add(0, 2, 60 * Ms, 6);
        aligner.Add(0, 3, 97 * Ms, 7);
        Assert.True(aligner.TryClose(97 * Ms, 97 * Ms, bin));
        Assert.Equal(6, bin.Streams[0].Values[0]);
    }

    [Fact]
    public void Add_OfNaN_LeavesItOutOfTheMeanAndCounts()
    {
        var (aligner, bin) = Build(Vector("eye", "th", "phi"));
        aligner.Add(0, 0, 10 * Ms, 0, 0);
        aligner.Add(0, 1, 50 * Ms, 2, float.NaN);
        aligner.Add(0, 2, 60 * Ms, float.NaN, float.NaN);
        aligner.Add(0, 3, 96 * Ms, 0, 0);
        Assert.True(aligner.TryClose(96 * Ms, 96 * Ms, bin));
        Assert.Equal(2, bin.Streams[0].Values[0]);
        Assert.True(float.IsNaN(bin.Streams[0].Values[1]));
        Assert.Equal(3, aligner.Counters[0].NotANumber);
    }

    [Fact]
    public void Add_OfAnotherShape_CountsAMismatch()
    {
        var (aligner, _) = Build(Vector("eye", "th", "phi"));
        Assert.Equal(AddResult.Mismatch, aligner.Add(0, 0, 10 * Ms, 1));
        Assert.Equal(1, aligner.Counters[0].Mismatched);
    }

    [Fact]
    public void Add_OfANewEpochInsideABin_DropsTheOldPastAndMarksTheBin()
    {
        var (aligner, bin) = Build(Vector("a", "x"));
        aligner.AddEpoch(0, 0, 0, 10 * Ms, 1);
        aligner.AddEpoch(0, 1, 0, 50 * Ms, 100);
        aligner.AddEpoch(0, 2, 1, 60 * Ms, 4);
        aligner.AddEpoch(0, 3, 1, 97 * Ms, 4);
        Assert.True(aligner.TryClose(97 * Ms, 97 * Ms, bin));
        Assert.Equal((4f, true, 2UL, 1), (bin.Streams[0].Values[0], bin.Streams[0].NewEpoch, bin.Streams[0].Range.FirstSequence, bin.Streams[0].Range.Count));
        aligner.AddEpoch(0, 4, 1, 145 * Ms, 4);
        Assert.True(aligner.TryClose(145 * Ms, 145 * Ms, bin));
        Assert.False(bin.Streams[0].NewEpoch);
    }

    [Fact]
    public void Images_AreAveragedOverTheFramesOfTheBin()
    {
        var (aligner, bin) = Build(Image("cam", 2, 3));
        aligner.AddImage(0, 0, 1 * Ms, 2, 3, 0);
        aligner.AddImage(0, 1, 48 * Ms, 2, 3, 10);
        aligner.AddImage(0, 2, 64 * Ms, 2, 3, 20);
        aligner.AddImage(0, 3, 80 * Ms, 2, 3, 60);
        aligner.AddImage(0, 4, 96 * Ms, 2, 3, 255);
        Assert.True(aligner.TryClose(96 * Ms, 96 * Ms, bin));
        Assert.All(bin.Streams[0].Values, v => Assert.Equal(30, v));
    }

    [Fact]
    public void Replay_OfTheRecordedRanges_GivesTheSameMeansBitForBit()
    {
        var random = new Random(5);
        var stream = Vector("imu", "x");
        var (aligner, bin) = Build(stream);
        var messages = new List<(FrameHeader Header, byte[] Payload)>();
        var bins = new List<(long Index, float Value, SampleRange Range)>();
        var time = 1 * Ms;
        for (ulong sequence = 0; sequence < 400; sequence++)
        {
            var times = new long[random.Next(1, 9)];
            for (var i = 0; i < times.Length; i++)
            {
                times[i] = time += random.Next(100_000, 4_000_000);
            }
            messages.Add(Block(sequence, times, [.. times.Select(_ => (float)(random.NextDouble() - 0.5))]));
            aligner.Add(0, messages[^1].Header, messages[^1].Payload);
            while (aligner.TryClose(time, time, bin))
            {
                bins.Add((bin.Index, bin.Streams[0].Values[0], bin.Streams[0].Range));
            }
        }
        Assert.True(bins.Count > 50);
        var replay = new BinAligner(s_spec, [stream], [true]);
        foreach (var (index, value, range) in bins)
        {
            replay.BeginReplay(index);
            for (var s = range.FirstSequence; s <= range.LastSequence; s++)
            {
                replay.AddReplay(0, messages[(int)s].Header, messages[(int)s].Payload, range);
            }
            replay.EndReplay(0, bin);
            Assert.Equal(index, bin.Index);
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(bin.Streams[0].Values[0]));
        }
    }

    [Fact]
    public void Run_AfterStart_AllocatesNothing()
    {
        var (aligner, bin) = Build(Image("cam", 60, 80));
        var header = FrameHeader.Samples(DType.U8, [60, 80], 0);
        var pixels = new byte[4800];
        long allocated = 0;
        for (var i = 0; i < 3000; i++)
        {
            if (i == 1000)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }
            header.DeviceTimeNs = header.HostTimeNs = i * 16 * Ms;
            header.Sequence = (ulong)i;
            aligner.Add(0, header, pixels);
            aligner.TryClose(header.HostTimeNs, header.HostTimeNs, bin);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}
