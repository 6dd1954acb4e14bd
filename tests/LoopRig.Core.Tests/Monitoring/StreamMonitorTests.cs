using System.Runtime.InteropServices;
using Xunit;

namespace LoopRig.Core.Tests.Monitoring;

public sealed class StreamMonitorTests
{
    private const double RateHz = 62.5;
    private const long PeriodNs = 16 * RigClock.MillisecondNs;

    [Fact]
    public void Look_SoundStream_NotesNothing()
    {
        var feed = new Feed(Sensor("deg"));
        for (var i = 0; i < 40 * 63; i++)
        {
            feed.Send(lateNs: (i * 7919) % 5 * RigClock.MillisecondNs); // 5 ms of jitter are usual
        }
        Assert.Empty(feed.Notes());
    }

    [Fact]
    public void Look_SequenceJumps_NotesWhatWasLostBetweenTheNeighbours()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        var before = feed.NowNs;
        feed.Lose(3);
        feed.Send();
        var note = Assert.Single(feed.Notes());
        Assert.Equal((FaultKind.Drop, 3L, before, feed.NowNs), (note.Kind, note.Count, note.StartNs, note.EndNs));
    }

    [Fact]
    public void Look_HoleOfRefusedMessages_IsNoLoss()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        feed.Lose(3, refused: 2);
        feed.Send();
        Assert.Equal(1, Assert.Single(feed.Notes()).Count);
        feed.Lose(2, refused: 2);
        feed.Send();
        Assert.Empty(feed.Notes());
    }

    [Fact]
    public void Look_SourcePauses_NotesAGapOfTheDevicesTime()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        feed.Pause(RigClock.SecondNs);
        feed.Send();
        var note = Assert.Single(feed.Notes());
        Assert.Equal(FaultKind.Gap, note.Kind);
        Assert.Equal(RigClock.SecondNs + PeriodNs, note.EndNs - note.StartNs);
    }

    [Fact]
    public void Look_SourcePausesAndComesBackWithANewEpoch_NotesADisconnection()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        feed.Pause(RigClock.SecondNs);
        feed.Send(flags: FrameFlags.NewEpoch);
        Assert.Equal(FaultKind.Disconnect, Assert.Single(feed.Notes()).Kind);
        feed.Send(flags: FrameFlags.NewEpoch); // a file that starts over
        Assert.Empty(feed.Notes());
    }

    [Fact]
    public void Look_FileStartsOverAndIsSlowToOpen_IsHeldUpAndNotGone()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        feed.Send(lateNs: RigClock.SecondNs, flags: FrameFlags.NewEpoch);
        Assert.Equal(FaultKind.Jitter, Assert.Single(feed.Notes()).Kind);
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(3)]
    public void Look_DeviceTimeJumps_NotesTheStep(double seconds)
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(300);
        feed.DeviceNs += (long)(seconds * 1e9);
        feed.Send(300);
        var note = Assert.Single(feed.Notes());
        Assert.Equal(FaultKind.ClockReset, note.Kind);
        Assert.Equal(seconds, note.StepNs / 1e9, 1e-3);
    }

    [Fact]
    public void Look_DeliveryStallsAndAllOfItComes_IsNeitherAGapNorAJump()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(300);
        for (var i = 60; i > 0; i--)
        {
            feed.Send(lateNs: i * PeriodNs); // a second of messages, all at its end
        }
        feed.Send(300);
        var note = Assert.Single(feed.Notes());
        Assert.Equal((FaultKind.Jitter, 1L), (note.Kind, note.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Look_DeliveryInClumps_NotesItWithItsExtent(int seed)
    {
        var feed = new Feed(Sensor("deg"));
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            feed.Send(lateNs: random.Next(4) * RigClock.MillisecondNs);
        }
        var start = feed.NowNs;
        Assert.Empty(feed.Notes());
        for (int i = 0, left = 0; i < 375; i++, left--)
        {
            left = left > 0 ? left : random.Next(10); // everything waits for the next release, up to 150 ms away
            feed.Send(lateNs: left * PeriodNs);
        }
        var end = feed.NowNs;
        feed.Send(400);
        var notes = feed.Notes();
        Assert.NotEmpty(notes);
        Assert.All(notes, n => Assert.Equal(FaultKind.Jitter, n.Kind));
        Assert.InRange(notes.Min(n => n.StartNs), start - RigClock.SecondNs, start + 1.5 * RigClock.SecondNs);
        Assert.InRange(notes[^1].EndNs, end - 1.5 * RigClock.SecondNs, end + RigClock.SecondNs);
    }

    [Fact]
    public void Look_ScatterAgainAfterAWhile_IsAnotherStretch()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(1000);
        var starts = new List<long>();
        for (var stretch = 0; stretch < 2; stretch++)
        {
            for (int i = 0, left = 0; i < 200; i++, left--)
            {
                left = left > 0 ? left : 9;
                feed.Send(lateNs: left * PeriodNs);
            }
            feed.Pause(4 * RigClock.SecondNs);
            feed.Send(100);
            starts.Add(feed.Notes().Last(n => n.Kind == FaultKind.Jitter).StartNs);
        }
        Assert.True(starts[1] - starts[0] > 6 * RigClock.SecondNs);
    }

    [Fact]
    public void Look_SlowStreamDisconnects_IsGoneAndNotHeldUp()
    {
        var feed = new Feed(Sensor("deg") with { RateHz = 1 }, periodNs: RigClock.SecondNs);
        feed.Send(100);
        feed.Pause(6 * RigClock.SecondNs);
        feed.Send(flags: FrameFlags.NewEpoch);
        Assert.Equal(FaultKind.Disconnect, Assert.Single(feed.Notes()).Kind);
    }

    [Fact]
    public void Look_MachineIsBusyForAMoment_IsNoJitter()
    {
        var feed = new Feed(Sensor("deg"));
        for (var second = 0; second < 20; second++)
        {
            feed.Send(55);
            feed.Send(lateNs: 130 * RigClock.MillisecondNs); // and those behind it queue
            feed.Send(170);
        }
        Assert.Empty(feed.Notes());
    }

    [Fact]
    public void Look_SensorRepeatsItself_IsFrozenAfterASecondAndThawsWithTheNextValue()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        var start = feed.NowNs;
        feed.Send(60, frozen: true);
        Assert.False(feed.Monitor.IsFrozen(0));
        feed.Send(60, frozen: true);
        Assert.True(feed.Monitor.IsFrozen(0));
        feed.Send();
        Assert.False(feed.Monitor.IsFrozen(0));
        var note = feed.Notes()[^1];
        Assert.Equal((FaultKind.Freeze, 120L, start), (note.Kind, note.Count, note.StartNs));
        Assert.Equal(120 * PeriodNs, note.EndNs - note.StartNs);
    }

    [Theory]
    [InlineData("cm/s")]
    [InlineData("count")]
    [InlineData("")]
    public void Look_WhatRestsWithTheAnimal_IsNeverFrozen(string unit)
    {
        var feed = new Feed(Sensor(unit));
        feed.Send(200);
        feed.Send(600, frozen: true);
        Assert.Empty(feed.Notes());
    }

    [Fact]
    public void Look_StreamThatRepeatsItselfByNature_IsNotJudged()
    {
        var feed = new Feed(Sensor("deg"));
        for (var i = 0; i < 400; i++)
        {
            feed.Send(frozen: i % 10 != 0); // played at ten times the rate it was recorded with
        }
        feed.Send(200, frozen: true);
        Assert.Empty(feed.Notes());
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Look_PictureRepeats_IsFrozenUnlessItIsDark(bool dark, bool frozen)
    {
        var feed = new Feed(new StreamDescriptor { Name = "camera", Kind = StreamKind.Image, DType = DType.U8, Shape = [60, 80], RateHz = RateHz });
        feed.Send(100);
        feed.Dark = dark;
        feed.Send(1);
        feed.Send(120, frozen: true);
        Assert.Equal(frozen, feed.Monitor.IsFrozen(0));
    }

    [Fact]
    public void Look_AnotherShape_NotesAMismatchAndNoGap()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(100);
        feed.SendMismatched();
        feed.Send();
        Assert.Equal((FaultKind.Mismatch, 1L), Assert.Single(feed.Notes()) is var note ? (note.Kind, note.Count) : default);
    }

    [Fact]
    public void Look_TenThousandMessages_AllocatesNothing()
    {
        var feed = new Feed(Sensor("deg"));
        feed.Send(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        feed.Send(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static StreamDescriptor Sensor(string unit) =>
        new() { Name = "sensor", Kind = StreamKind.Vector, DType = DType.F32, Shape = [2], Units = [unit], RateHz = RateHz, ClockId = 7, Clock = "device" };

    /// <summary>A stream as a receiver sees it, message by message, on clocks that the test moves.</summary>
    private sealed class Feed(StreamDescriptor stream, long periodNs = StreamMonitorTests.PeriodNs)
    {
        private readonly Random _random = new(2);
        private readonly byte[] _payload = new byte[stream.SampleBytes];
        private readonly int[] _shape = [.. stream.Shape];
        private ulong _sequence;
        private long _refused;
        private long _sentNs = 1000 * RigClock.SecondNs;

        public StreamMonitor Monitor { get; } = new([stream]);
        public long DeviceNs { get; set; } = 50 * RigClock.SecondNs;
        public long NowNs { get; private set; }
        public bool Dark { get; set; }

        public void Send(int count, bool frozen = false)
        {
            for (var i = 0; i < count; i++)
            {
                Send(frozen: frozen);
            }
        }

        public void Send(long lateNs = 0, FrameFlags flags = FrameFlags.None, bool frozen = false)
        {
            DeviceNs += periodNs;
            _sentNs += periodNs;
            NowNs = Math.Max(NowNs, _sentNs + lateNs); // messages do not overtake each other
            if (!frozen)
            {
                Fill();
            }
            var header = FrameHeader.Samples(stream.DType, _shape, DeviceNs);
            (header.Sequence, header.Flags) = (_sequence++, flags);
            Monitor.Look(0, header, _payload, NowNs, _refused);
        }

        public void SendMismatched()
        {
            DeviceNs += periodNs;
            NowNs = _sentNs += periodNs;
            var header = FrameHeader.Samples(DType.F64, [5], DeviceNs);
            header.Sequence = _sequence++;
            Monitor.Look(0, header, new byte[40], NowNs, _refused);
        }

        public void Lose(int messages, long refused = 0)
        {
            DeviceNs += messages * periodNs;
            _sentNs += messages * periodNs;
            _sequence += (ulong)messages;
            _refused += refused;
        }

        public void Pause(long ns)
        {
            DeviceNs += ns;
            _sentNs += ns;
        }

        public List<FaultNote> Notes()
        {
            var notes = new List<FaultNote>();
            while (Monitor.TryTake(out var note))
            {
                notes.Add(note);
            }
            return notes;
        }

        private void Fill()
        {
            if (stream.DType == DType.U8)
            {
                _random.NextBytes(_payload);
                if (Dark)
                {
                    Array.Clear(_payload);
                }
                return;
            }
            foreach (ref var value in MemoryMarshal.Cast<byte, float>(_payload.AsSpan()))
            {
                value = _random.NextSingle();
            }
        }
    }
}
