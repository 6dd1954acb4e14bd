using LoopRig.Core;
using static LoopRig.Inference.Tests.SteppedLoop;

namespace LoopRig.Inference.Tests;

public sealed class LiveLoopTests
{
    // The first whole bin after both streams have come is 1001: bin 1000 was half seen.
    private static SteppedLoop Started(FakeNetwork network, FallbackKind fallback = FallbackKind.Hold, StalePolicy policy = StalePolicy.Hold, params StreamDescriptor[] more)
    {
        var rig = new SteppedLoop(network, fallback, policy, more);
        rig.PlayBin(1000, 0, 0);
        Assert.Empty(rig.Sink.Bins);
        return rig;
    }

    [Fact]
    public void RunTick_EveryBin_PublishesTheNetworksValuesOnce()
    {
        using var rig = Started(new FakeNetwork());
        for (var i = 0; i < 5; i++)
        {
            rig.PlayBin(1001 + i, 51 * i, i);
        }
        Assert.Equal([1001, 1002, 1003, 1004, 1005], rig.Sink.Bins.Select(b => b.Bin.Index));
        for (var i = 0; i < 5; i++)
        {
            for (var u = 0; u < 4; u++)
            {
                Assert.Equal(FakeNetwork.Expected(51 * i, i, u, i + 1), rig.Values(i)[u], 1e-3f);
            }
            var record = rig.Sink.Bins[i];
            var expected = BinFlags.Stepped | BinFlags.ClosedByTime | (i == 0 ? BinFlags.StateReset : 0) | (i < 2 ? BinFlags.WarmUp : 0);
            Assert.Equal(expected, record.Bin.Flags);
            Assert.Equal((ulong)i, record.Bin.PredictionSequence);
            Assert.Equal(2, record.Ranges.Length);
            Assert.Equal(1, record.Ranges[0].Count);
            Assert.Equal((ulong)i + 1, record.Ranges[0].FirstSequence);
        }
        Assert.Equal(5, rig.Loop.Counters.Predictions);
        Assert.Equal(0, rig.Loop.Counters.Fallbacks);
    }

    [Fact]
    public void RunTick_Prediction_CarriesBinAndInputRange()
    {
        using var rig = Started(new FakeNetwork());
        rig.Clock.Now = 1001 * BinNs + 1;
        rig.Push(0, 1001 * BinNs + 1, 10);
        rig.Push(0, 1001 * BinNs + 2, 30);
        rig.Push(1, 1001 * BinNs + 3, 1);
        rig.Clock.Now = 1002 * BinNs + 2_000_000;
        rig.Push(0, 1002 * BinNs + 1, 10);
        rig.Push(1, 1002 * BinNs + 1, 1); // both streams have passed the end: the bin closes with this receipt, before its time
        rig.RunLoop();
        rig.Worker.RunOnce();
        rig.Clock.Now += 1_000_000;
        rig.RunLoop();

        var (topic, headerBytes, payload) = Assert.Single(rig.Sink.Messages);
        Assert.Equal(WireError.None, WireFormat.TryRead(topic, headerBytes, payload, out var header));
        Assert.Equal(MessageKind.Prediction, header.Kind);
        Assert.Equal((1001 * BinNs, 1002 * BinNs), (header.BinStartNs, header.BinEndNs));
        Assert.Equal((1UL, 2UL), (header.FirstInput, header.LastInput));
        Assert.Equal(FakeNetwork.Expected(20, 1, 0, 1), rig.Values(0)[0], 1e-3f);
        var bin = rig.Sink.Bins[0].Bin;
        Assert.Equal(1002 * BinNs + 2_000_000, bin.ClosedNs);
        Assert.Equal(bin.ClosedNs + 1_000_000, bin.SentNs);
        Assert.Equal(1_000_000, rig.Loop.Latency.MaxNs);
    }

    [Fact]
    public void RunTick_NetworkSlowerThanDeadline_HoldsAndFlagsAndKeepsTheState()
    {
        using var rig = Started(new FakeNetwork());
        rig.PlayBin(1001, 51, 1);
        rig.PlayBin(1002, 102, 2, network: false);
        rig.Clock.Now += rig.Settings.DeadlineNs - 1;
        rig.RunLoop();
        Assert.Single(rig.Sink.Bins);
        rig.Clock.Now += 1;
        rig.RunLoop();
        var missed = rig.Sink.Bins[1].Bin;
        Assert.True(missed.Flags.HasFlag(BinFlags.Fallback | BinFlags.DeadlineMissed | BinFlags.Stepped));
        Assert.Equal(rig.Values(0), rig.Values(1));
        rig.Worker.RunOnce(); // late, but the state has seen the bin
        rig.PlayBin(1003, 153, 3);
        Assert.Equal(BinFlags.Stepped | BinFlags.ClosedByTime, rig.Sink.Bins[2].Bin.Flags);
        Assert.Equal(FakeNetwork.Expected(153, 3, 0, 3), rig.Values(2)[0], 1e-3f);
        Assert.Equal((1L, 1L, 1L), (rig.Loop.Counters.DeadlineMisses, rig.Loop.Counters.Fallbacks, rig.Loop.Counters.LateResults));
    }

    [Fact]
    public void RunTick_NetworkBusyOverTheNextDeadline_NextBinIsNotStepped()
    {
        using var rig = Started(new FakeNetwork());
        rig.PlayBin(1001, 0, 0);
        foreach (var bin in new[] { 1002, 1003 })
        {
            rig.PlayBin(bin, 0, 0, network: false);
            rig.Clock.Now += rig.Settings.DeadlineNs;
            rig.RunLoop();
        }
        Assert.True(rig.Sink.Bins[1].Bin.Flags.HasFlag(BinFlags.Stepped));
        Assert.False(rig.Sink.Bins[2].Bin.Flags.HasFlag(BinFlags.Stepped));
        Assert.True(rig.Sink.Bins[2].Bin.Flags.HasFlag(BinFlags.Fallback));
        rig.Worker.RunOnce();
        rig.PlayBin(1004, 0, 0);
        Assert.Equal(3000, rig.Values(3)[0]); // bins 1001, 1002 and 1004
    }

    [Fact]
    public void RunTick_FallbackNone_SendsNothingAndRecordsTheGap()
    {
        using var rig = Started(new FakeNetwork(), FallbackKind.None);
        rig.PlayBin(1001, 0, 0);
        rig.PlayBin(1002, 0, 0, network: false);
        rig.Clock.Now += rig.Settings.DeadlineNs;
        rig.RunLoop();
        Assert.Single(rig.Sink.Messages);
        Assert.Equal(0, rig.Sink.Bins[1].Bin.SentNs);
        Assert.Equal((2L, 1L, 1L), (rig.Loop.Counters.Bins, rig.Loop.Counters.Predictions, rig.Loop.Counters.Fallbacks));
    }

    [Fact]
    public void RunTick_FallbackLastPrediction_SendsTheNewestEvenIfItWasLate()
    {
        using var rig = Started(new FakeNetwork(), FallbackKind.LastPrediction);
        rig.PlayBin(1001, 0, 0);
        for (var bin = 1002; bin <= 1003; bin++)
        {
            rig.PlayBin(bin, 0, 0, network: false);
            rig.Clock.Now += rig.Settings.DeadlineNs;
            rig.RunLoop();
            rig.Worker.RunOnce();
        }
        Assert.Equal(1000, rig.Values(1)[0]);
        Assert.Equal(2000, rig.Values(2)[0]);
    }

    [Fact]
    public void RunTick_OutputNotFinite_FallsBackResetsAndSaysSo()
    {
        var network = new FakeNetwork();
        using var rig = Started(network);
        rig.PlayBin(1001, 0, 0);
        network.Spoilt = true;
        rig.PlayBin(1002, 0, 0);
        network.Spoilt = false;
        rig.PlayBin(1003, 0, 0);
        Assert.Equal(rig.Values(0), rig.Values(1));
        Assert.True(rig.Sink.Bins[1].Bin.Flags.HasFlag(BinFlags.Fallback));
        Assert.False(rig.Sink.Bins[1].Bin.Flags.HasFlag(BinFlags.DeadlineMissed));
        Assert.True(rig.Sink.Bins[2].Bin.Flags.HasFlag(BinFlags.StateReset | BinFlags.WarmUp));
        Assert.Equal(1000, rig.Values(2)[0]);
        Assert.Contains(rig.Sink.Events, e => e.Contains("network_fault") && e.Contains("not finite"));
    }

    [Fact]
    public void RunTick_OutputNotFiniteForMany_SaysSoOnceAndOnceThatItIsOver()
    {
        var network = new FakeNetwork { Spoilt = true };
        using var rig = Started(network);
        for (var bin = 1001; bin <= 1030; bin++)
        {
            network.Spoilt = bin <= 1020;
            rig.PlayBin(bin, 0, 0);
        }
        Assert.Equal(20, rig.Loop.Counters.Fallbacks);
        Assert.Single(rig.Sink.Events, e => e.Contains("network_fault") && e.Contains("\"bin\":1001"));
        Assert.Single(rig.Sink.Events, e => e.Contains("network_recovered") && e.Contains("\"bin\":1021") && e.Contains("\"faulty_bins\":20"));
    }

    [Fact]
    public void RunTick_FirstPrediction_LeavesItsDescriptorWithTheRecorderOnce()
    {
        using var rig = Started(new FakeNetwork());
        rig.PlayBin(1001, 0, 0);
        rig.PlayBin(1002, 0, 0);
        var (topic, header, json) = Assert.Single(rig.Sink.Descriptors);
        Assert.Equal(WireError.None, WireFormat.TryRead(topic, header, json, out var read));
        Assert.Equal(MessageKind.Descriptor, read.Kind);
        Assert.Equal(["unit0", "unit1", "unit2", "unit3"], StreamDescriptor.FromJson(json)!.Channels);
    }

    [Fact]
    public void RunTick_ActivityOfAnotherType_IsCountedAndReportedAsALoss()
    {
        using var rig = Started(new FakeNetwork(), more: Rig.Activity("unit3", "unit1"));
        Assert.True(rig.Ring.TryClaim(out _));
        var header = FrameHeader.Samples(DType.F64, [2], rig.Clock.Now);
        rig.Monitor.Look(2, header, new byte[16], rig.Clock.Now, 0);
        rig.Ring.Publish(new SlotInfo { Stream = 2, Length = 16, ReceivedNs = rig.Clock.Now, Header = header });
        rig.RunLoop();
        rig.Clock.Now += 2 * RigClock.SecondNs;
        rig.RunLoop();
        Assert.Equal(1, rig.Watch.LossesOf(2).Mismatched);
        Assert.Contains(rig.Sink.Events, e => e.Contains("fault_detected") && e.Contains("\"fault\":\"mismatch\"") && e.Contains("\"stream\":\"activity\""));
    }

    [Fact]
    public void RunTick_LateAndAheadSamples_AreCountedNotMerged()
    {
        using var rig = Started(new FakeNetwork());
        rig.PlayBin(1001, 51, 0);
        rig.Push(0, 1001 * BinNs + 5, 255);
        rig.Push(0, 1100 * BinNs, 255);
        rig.RunLoop();
        rig.Clock.Now += 2 * RigClock.SecondNs;
        rig.Watch.RunOnce();
        Assert.Equal((1L, 1L), (rig.Aligner.Counters[0].Late, rig.Aligner.Counters[0].Ahead));
        Assert.Equal((0L, 2L), (rig.Watch.LossesOf(0).Drops, rig.Watch.LossesOf(0).NotMerged));
        Assert.Equal([2UL, 3UL], rig.Sink.Lates.Select(l => l.Sequence));
        Assert.Contains(rig.Sink.Events, e => e.Contains("\"late\":1") && e.Contains("\"ahead\":1") && e.Contains("world"));
    }

    [Fact]
    public void RunTick_AfterAStallOfTheLoop_MergesWhatWasReceivedInTime()
    {
        using var rig = Started(new FakeNetwork());
        rig.Clock.Now = 1001 * BinNs + 1;
        rig.Push(0, rig.Clock.Now, 51);
        rig.Clock.Now += RigClock.MillisecondNs;
        rig.Push(1, rig.Clock.Now, 3);
        rig.Clock.Now = 1002 * BinNs + 2 * rig.Settings.Bins.LatenessNs; // only now the machine lets the loop run
        rig.RunLoop();
        rig.Worker.RunOnce();
        rig.RunLoop();
        Assert.Equal((0L, 0L), (rig.Aligner.Counters[0].Late, rig.Aligner.Counters[1].Late));
        Assert.Equal([1, 1], rig.Sink.Bins[0].Ranges[..2].Select(r => r.Count));
        Assert.Equal(1002 * BinNs + rig.Settings.Bins.LatenessNs, rig.Sink.Bins[0].Bin.ClosedNs);
    }

    [Fact]
    public void RunTick_StreamStale_FollowsThePolicy()
    {
        using var rig = Started(new FakeNetwork(), policy: StalePolicy.Fallback);
        for (var bin = 1001; bin <= 1006; bin++)
        {
            rig.Clock.Now = bin * BinNs + 1;
            rig.Push(0, rig.Clock.Now, 0);
            if (bin == 1001)
            {
                rig.Push(1, rig.Clock.Now, 0); // and no speed any more
            }
            rig.RunLoop();
            rig.Clock.Now = (bin + 1) * BinNs + rig.Settings.Bins.LatenessNs;
            rig.RunLoop();
            rig.Worker.RunOnce();
            rig.RunLoop();
        }
        Assert.Equal(6, rig.Sink.Bins.Length);
        Assert.All(rig.Sink.Bins[..3], b => Assert.False(b.Bin.Flags.HasFlag(BinFlags.Fallback)));
        Assert.All(rig.Sink.Bins[3..], b => Assert.Equal(BinFlags.Fallback | BinFlags.Degraded | BinFlags.ClosedByTime, b.Bin.Flags));
    }

    [Fact]
    public void RunTick_StreamFallsSilentAndComesBack_OneEventEach()
    {
        using var rig = Started(new FakeNetwork());
        rig.Watch.Begin(rig.Clock.Now);
        for (var i = 0; i < 30; i++)
        {
            rig.Clock.Now += 100 * RigClock.MillisecondNs;
            rig.Push(0, rig.Clock.Now, 0);
            if (i > 20)
            {
                rig.Push(1, rig.Clock.Now, 0);
            }
            rig.RunLoop();
            rig.Worker.RunOnce();
        }
        var begun = Assert.Single(rig.Sink.Events, e => e.Contains("fault_detected") && e.Contains("\"stream\":\"treadmill\""));
        Assert.Contains("gap: stream treadmill is silent", begun);
        Assert.Single(rig.Sink.Events, e => e.Contains("fault_over") && e.Contains("\"stream\":\"treadmill\""));
        var fault = Assert.Single(rig.Events.Faults.All, f => f.Stream == "treadmill");
        Assert.Equal((FaultKind.Gap, 1L), (fault.Kind, fault.Count));
        Assert.InRange(fault.EndNs - fault.StartNs, 2 * RigClock.SecondNs, 2.3 * RigClock.SecondNs);
        Assert.DoesNotContain(rig.Sink.Events, e => e.Contains("is silent") && e.Contains("world"));
    }

    [Theory]
    [InlineData(StalePolicy.Hold, BinFlags.Degraded, true)]
    [InlineData(StalePolicy.Mean, BinFlags.Degraded, true)]
    [InlineData(StalePolicy.Fallback, BinFlags.Degraded | BinFlags.Fallback, false)]
    public void RunTick_FrozenPicture_CountsAsStaleThoughItsTimesAreFresh(StalePolicy policy, BinFlags expected, bool steps)
    {
        using var rig = Started(new FakeNetwork(), policy: policy);
        var random = new Random(4);
        var picture = new byte[48];
        for (var bin = 1001; bin < 1081; bin++)
        {
            if (bin is < 1040 or >= 1070)
            {
                random.NextBytes(picture);
            }
            rig.Clock.Now = bin * BinNs + BinNs / 2;
            rig.Push(1, rig.Clock.Now, 1);
            rig.PushPicture(rig.Clock.Now, picture);
            rig.RunLoop();
            rig.Clock.Now = (bin + 1) * BinNs + rig.Settings.Bins.LatenessNs;
            rig.RunLoop();
            rig.Worker.RunOnce();
            rig.RunLoop();
        }
        var flags = rig.Sink.Bins.ToDictionary(b => b.Bin.Index, b => b.Bin.Flags);
        Assert.Equal(80, flags.Count); // the loop goes on
        const BinFlags Looked = BinFlags.Degraded | BinFlags.Fallback;
        Assert.All(flags.Where(f => f.Key is > 1002 and < 1060 or >= 1070), f => Assert.Equal(BinFlags.None, f.Value & Looked));
        Assert.All(flags.Where(f => f.Key is > 1062 and < 1070), f => Assert.Equal(expected, f.Value & Looked));
        Assert.All(flags.Where(f => f.Key is > 1062 and < 1070), f => Assert.Equal(steps, f.Value.HasFlag(BinFlags.Stepped)));
        rig.Clock.Now += RigClock.SecondNs;
        rig.Watch.RunOnce();
        var fault = Assert.Single(rig.Events.Faults.All, f => f.Kind == FaultKind.Freeze);
        Assert.Equal(("world", 30L), (fault.Stream, fault.Count));
    }

    [Fact]
    public void RunTick_Activity_IsComparedByIdWithTheBinThatWasPredicted()
    {
        var network = new FakeNetwork { PredictionOffsetBins = 1, WarmUpSteps = 0 };
        using var rig = Started(network, more: Rig.Activity("unit3", "other", "unit1"));
        var random = new Random(3);
        for (var bin = 1001; bin < 1101; bin++)
        {
            var speed = random.Next(100);
            rig.PlayBin(bin, 0, speed * 100_000);
            // The counts of the next bin follow the speed of this one; they come a bin and a half after their bin's end.
            var descriptor = rig.Settings.Streams[2];
            var header = FrameHeader.Samples(DType.F32, descriptor.Shape, (bin + 1) * BinNs);
            Assert.True(rig.Ring.TryClaim(out var slot));
            float[] counts = [speed, 7, -speed];
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(counts.AsSpan()).CopyTo(slot);
            rig.Ring.Publish(new SlotInfo { Stream = 2, Length = 12, ReceivedNs = rig.Clock.Now, Header = header });
            rig.RunLoop();
        }
        var correlation = rig.Predictor.Network.Correlation!;
        Assert.Equal(["unit1", "unit3"], correlation.UnitIds);
        Assert.Equal(100, correlation.Plain.Count);
        Assert.Equal(-1, correlation.Plain.Of(0), 1e-3);
        Assert.Equal(1, correlation.Plain.Of(1), 1e-3);
        Assert.Equal(60, correlation.Boxcar.Count);
        Assert.Equal("unit3", correlation.Best(1)[0].Unit);
    }
}
