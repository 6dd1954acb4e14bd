using LoopRig.Core;
using LoopRig.Simulation.Neurons;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class DigitalMouseTests
{
    private static readonly MouseOptions s_small = new() { Seed = 5, Units = 12 };

    [Fact]
    public void Advance_SameSeed_SameBits()
    {
        RecordedStreams first = RecordedStreams.Live(s_small, 4), second = RecordedStreams.Live(s_small, 4);
        Assert.Equal(first.Messages.Count, second.Messages.Count);
        Assert.Equal(first.Checksum(), second.Checksum());
    }

    [Fact]
    public void Advance_OtherSeed_OtherBits()
        => Assert.NotEqual(RecordedStreams.Live(s_small, 1).Checksum(), RecordedStreams.Live(new MouseOptions { Seed = 6, Units = 12 }, 1).Checksum());

    [Fact]
    public void Advance_OtherSession_SameAnimalOtherRecording()
    {
        var other = new DigitalMouse(new MouseOptions { Seed = s_small.Seed, Session = 1, Units = s_small.Units });
        Assert.Equal(new DigitalMouse(s_small).Truth.Units.Select(unit => unit.RatePerDrive), other.Truth.Units.Select(unit => unit.RatePerDrive));
        var output = new RecordedStreams();
        other.Advance(RigClock.SecondNs, output);
        Assert.NotEqual(RecordedStreams.Live(s_small, 1).Checksum(), output.Checksum());
    }

    [Fact]
    public void Advance_InManySteps_SameAsInOne()
    {
        var mouse = new DigitalMouse(s_small);
        var output = new RecordedStreams();
        for (int step = 1; step <= 1000; step++)
            mouse.Advance(step * 1_000_000L, output);
        Assert.Equal(RecordedStreams.Live(s_small, 1).Checksum(), output.Checksum());
    }

    [Fact]
    public void Advance_AcrossStreams_DeliversInTimeOrder()
    {
        RecordedStreams output = RecordedStreams.Live(s_small, 3);
        long last = long.MinValue;
        foreach ((_, FrameHeader header, _) in output.Messages)
        {
            Assert.True(header.HostTimeNs >= last);
            Assert.True(header.DeviceTimeNs <= header.HostTimeNs);
            last = header.HostTimeNs;
        }
    }

    [Fact]
    public void Advance_ForThreeSeconds_KeepsEachStreamsRateAndShape()
    {
        var mouse = new DigitalMouse(s_small);
        var output = new RecordedStreams();
        mouse.Advance(3 * RigClock.SecondNs, output);
        for (int stream = 0; stream < mouse.Streams.Count; stream++)
        {
            StreamDescriptor descriptor = mouse.Streams[stream];
            var messages = output.Messages.Where(message => message.Stream == stream).ToList();
            int samples = messages.Sum(message => message.Header.SampleCount);
            Assert.InRange(samples, 3 * descriptor.RateHz - 4, 3 * descriptor.RateHz + 1.01);
            Assert.All(messages, message => Assert.Equal(message.Header.TimesLength + message.Header.SampleCount * descriptor.SampleBytes, message.Payload.Length));
            Assert.All(messages, message => Assert.Equal(descriptor.DType, message.Header.DType));
        }
    }

    [Fact]
    public void Activity_Sample_SaysItsBinAndComesLate()
    {
        foreach ((_, FrameHeader header, _) in RecordedStreams.Live(s_small, 2).Messages.Where(message => message.Stream == 3))
        {
            Assert.Equal(0, header.BinStartNs % Cortex.BinNs);
            Assert.Equal(Cortex.BinNs, header.BinEndNs - header.BinStartNs);
            Assert.Equal(header.BinStartNs, header.DeviceTimeNs);
            Assert.Equal(header.BinEndNs + 60 * RigClock.MillisecondNs, header.HostTimeNs);
        }
    }

    [Fact]
    public void Advance_IntoTheAligner_ThreeFramesABinAndNothingLate()
    {
        var mouse = new DigitalMouse(s_small, startNs: 48 * RigClock.SecondNs);
        bool[] required = [.. mouse.Streams.Select((_, stream) => stream < 3)];
        var aligned = new AlignedBins(new BinAligner(BinSpec.Default, mouse.Streams, required), mouse.Streams);
        mouse.Advance(mouse.StartNs + 6 * RigClock.SecondNs, aligned);
        Assert.InRange(aligned.Bins, 120, 125);
        Assert.Equal(0, aligned.Incomplete);
        Assert.Equal(aligned.LostBeforeTheFirstBin, aligned.Lost);
    }

    [Fact]
    public void Advance_AfterWarmUp_AllocatesNothing()
    {
        var mouse = new DigitalMouse(s_small);
        var sink = new DiscardedStreams();
        mouse.Advance(RigClock.SecondNs, sink);
        long before = GC.GetAllocatedBytesForCurrentThread();
        mouse.Advance(3 * RigClock.SecondNs, sink);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void StartAt_AfterTheFirstSample_IsRefused()
    {
        var mouse = new DigitalMouse(s_small);
        mouse.StartAt(480_000_000);
        mouse.Advance(480_000_001, new DiscardedStreams());
        Assert.Equal(480_000_000, mouse.StartNs);
        mouse.Advance(500_000_000, new DiscardedStreams());
        Assert.Throws<InvalidOperationException>(() => mouse.StartAt(0));
    }

    [Fact]
    public void Constructor_RateOutOfRange_NamesTheKey()
    {
        var error = Assert.Throws<RigConfigException>(() => new DigitalMouse(new MouseOptions { ImuRateHz = 0 }));
        Assert.Equal("imuRateHz", error.Key);
    }

    [Fact]
    public void Truth_AsJson_ReadsBackEqual()
    {
        GroundTruth truth = new DigitalMouse(s_small).Truth;
        GroundTruth read = GroundTruth.FromJson(truth.ToJson());
        Assert.Equal(truth.Units.Count, read.Units.Count);
        Assert.Equal(truth.ToJson(), read.ToJson());
    }

    private sealed class DiscardedStreams : IStreamOutput
    {
        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
        }
    }

    private sealed class AlignedBins(BinAligner aligner, IReadOnlyList<StreamDescriptor> streams) : IStreamOutput
    {
        private readonly Bin _bin = new(streams);

        public long LostBeforeTheFirstBin { get; private set; }

        public long Lost => aligner.Counters.Sum(stream => stream.Late + stream.Ahead + stream.Mismatched);

        public int Bins { get; private set; }

        public int Incomplete { get; private set; }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (stream < 3)
                aligner.Add(stream, header, payload);
            while (aligner.TryClose(header.HostTimeNs, header.HostTimeNs, _bin))
            {
                if (Bins++ == 0)
                    LostBeforeTheFirstBin = Lost;       // the bin in which the aligner began is given up
                if (_bin.Streams[0].Range.Count != 3 || _bin.Streams[2].Range.Count != 12)
                    Incomplete++;
            }
        }
    }
}
