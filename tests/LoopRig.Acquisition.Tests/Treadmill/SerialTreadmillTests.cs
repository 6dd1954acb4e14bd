using System.Runtime.InteropServices;
using LoopRig.Acquisition.Tests.Serial;
using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Acquisition.Tests.Treadmill;

/// <summary>A treadmill of the line protocol behind a pseudo-terminal, and everything that can go wrong with one.</summary>
public sealed class SerialTreadmillTests
{
    private const int Speed = 0, Counts = 1, Sync = 2;
    private const double CmPerCount = 2 * Math.PI * 3.1 / 1024;

    [Fact]
    public void Run_RegularDevice_PublishesItsCountsAndTheirSpeed()
    {
        using EmulatedSensor device = new("treadmill-7");
        using SerialTreadmill treadmill = Open(device, "treadmill-7");
        using RunningSource running = new(treadmill.Run);
        Drive(device, running, 0, 1000, ms => ms);
        running.Until(() => Readings(running).Length == 1000 && running.Of(Speed).Length >= 99);
        running.Stop();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (double)i), Readings(running));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i * 1_000_000L), Times(running));
        Assert.Equal(1000 * CmPerCount, running.Of(Speed)[60].Values[0], 0.2);
        StreamDescriptor counts = treadmill.Streams[Counts], speed = treadmill.Streams[Speed];
        Assert.Equal(("wheel/counts", "wheel", "wheel", counts.ClockId), (counts.Name, counts.Clock, speed.Clock, speed.ClockId));
        Assert.NotEqual(0u, counts.ClockId);
        Assert.Equal((1_500_000L, 1_500_000L), (counts.LatencyNs, speed.LatencyNs));
        Assert.All(running.Messages, m => Assert.Equal(counts.ClockId, m.Header.Clock.Value));
        Assert.All(running.Of(Counts), m => Assert.InRange(m.Header.HostTimeNs, 1, RigClock.Now));
        Assert.Empty(running.Reports);
        Assert.Equal(0, treadmill.Drops);
    }

    [Fact]
    public void Run_DeviceThatSeesPulses_PublishesThemAtTheirOwnTimesOnItsClock()
    {
        using EmulatedSensor device = new("treadmill-7");
        using SerialTreadmill treadmill = Open(device, "treadmill-7", pulses: true);
        using RunningSource running = new(treadmill.Run);
        uint start = uint.MaxValue - 40_000; // the 32 bits of microseconds begin again on the way
        for (uint ms = 0; ms < 100; ms++)
        {
            device.Send(start + (ms * 1000), [ms]);
            if (ms % 30 == 5) device.SendPulse(start + (ms * 1000) - 250);
        }
        running.Until(() => running.Of(Sync).Length == 4);
        running.Stop();
        long first = Times(running)[0];
        Assert.Equal([4_750_000L, 34_750_000, 64_750_000, 94_750_000], running.Of(Sync).Select(m => m.Header.DeviceTimeNs - first));
        Assert.All(running.Of(Sync), m => Assert.Equal([1f], m.Values));
        StreamDescriptor sync = treadmill.Streams[Sync];
        Assert.Equal(("wheel/sync", "wheel", treadmill.Streams[Counts].ClockId), (sync.Name, sync.Clock, sync.ClockId));
        Assert.All(running.Of(Sync), m => Assert.Equal(sync.ClockId, m.Header.Clock.Value));
    }

    [Fact]
    public void Run_PulseAfterTheDeviceRestarted_BeginsANewEpoch()
    {
        using EmulatedSensor device = new("treadmill-7");
        using SerialTreadmill treadmill = Open(device, "treadmill-7", pulses: true);
        using RunningSource running = new(treadmill.Run);
        device.Send(50_000_000, [1]);
        device.SendPulse(50_000_100);
        running.Until(() => running.Of(Sync).Length == 1);
        device.Send(1000, [2]); // its clock began again
        device.SendPulse(1100);
        device.SendPulse(2100);
        running.Until(() => running.Of(Sync).Length == 3);
        running.Stop();
        Assert.Equal([1_100_000L, 2_100_000], running.Of(Sync)[1..].Select(m => m.Header.DeviceTimeNs));
        Assert.Equal([false, true, false], running.Of(Sync).Select(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0));
    }

    [Fact]
    public void Run_DeviceThatTellsOnlyOfChanges_IsStillInBetweenWhileItLives()
    {
        using EmulatedSensor device = new("events");
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        long began = RigClock.Now;
        device.Send(0, [5]);
        running.Until(() => running.Of(Speed).Length >= 40); // and not a word from the device since
        device.Send((uint)((RigClock.Now - began) / 1000), [6]);
        running.Until(() => running.Of(Speed).Any(m => m.Values[0] > 0));
        running.Stop();
        CollectedMessage[] speeds = running.Of(Speed);
        Assert.All(speeds[..40], m => Assert.Equal([0f, 0, 1, 0], m.Values));
        for (int i = 1; i < speeds.Length; i++) Assert.Equal(10_000_000, speeds[i].Header.DeviceTimeNs - speeds[i - 1].Header.DeviceTimeNs);
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_SilentDevice_PublishesNothingUntilItReturns()
    {
        using EmulatedSensor device = new("sleepy");
        using SerialTreadmill treadmill = Open(device, silenceMs: 200);
        using RunningSource running = new(treadmill.Run);
        device.Send(0, [5]);
        SourceReport lost = running.Await(SourceReportKind.Lost);
        int before = running.Of(Speed).Length;
        Assert.InRange(before, 10, 25); // 200 ms at 100 Hz
        device.Send(10_000_000, [5]);
        running.Await(SourceReportKind.Returned);
        running.Until(() => running.Of(Speed).Length > before);
        running.Stop();
        Assert.Contains("wheel (", lost.Text);
        CollectedMessage next = running.Of(Speed)[before];
        Assert.True((next.Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(10_000_000_000, next.Header.DeviceTimeNs);
        Assert.True((running.Of(Counts)[^1].Header.Flags & FrameFlags.NewEpoch) != 0);
    }

    [Fact]
    public void Run_CounterAndClockBeginAgain_RunOn()
    {
        using EmulatedSensor device = new("old", bits: 32);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        const uint Us = uint.MaxValue - 250_000;
        for (int ms = 0; ms < 500; ms++) device.Send(unchecked(Us + (uint)(ms * 1000)), [uint.MaxValue - 250L + ms]);
        running.Until(() => Readings(running).Length == 500);
        running.Until(() => running.Of(Speed).Length >= 49);
        running.Stop();
        Assert.Equal((uint.MaxValue, 0.0), (Readings(running)[250], Readings(running)[251])); // raw is raw
        for (int i = 1; i < 500; i++) Assert.Equal(1_000_000, Times(running)[i] - Times(running)[i - 1]);
        Assert.All(running.Of(Speed), m => Assert.InRange(m.Values[0], 0, 1001 * CmPerCount));
        Assert.Empty(running.Reports);
    }

    [Theory]
    [InlineData(5_000_000u, 0u, -5.05, "to 0.000 s")]            // restarted
    [InlineData(3_000_000_000u, 0u, -3000.05, "to 0.000 s")]     // after 50 min, when 32 bits could have run on to there
    [InlineData(1_000_000u, 61_000_000u, 59.95, "to 61.000 s")]  // set
    [InlineData(1_000_000u, 9_000_000u, 7.95, "to 9.000 s")]
    public void Run_ClockJumps_BeginsANewEpochAndSaysHowFar(uint before, uint after, double seconds, string text)
    {
        using EmulatedSensor device = new("restless");
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        for (int ms = 0; ms < 50; ms++) device.Send(before + (uint)(ms * 1000), [ms]);
        running.Until(() => Readings(running).Length == 50);
        for (int ms = 0; ms < 50; ms++) device.Send(after + (uint)(ms * 1000), [1000 + ms]);
        running.Until(() => Readings(running).Length == 100 && running.Of(Speed).Length >= 10);
        running.Stop();
        SourceReport jump = Assert.Single(running.Reports);
        Assert.Equal(SourceReportKind.ClockReset, jump.Kind);
        Assert.Contains($"wheel ({device.Path}): its clock jumped by ", jump.Text);
        Assert.Contains(text, jump.Text);
        Assert.Equal(seconds, double.Parse(jump.Text.Split("jumped by ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 1.0); // less what passed meanwhile
        Assert.Equal(1, running.Of(Speed).Count(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0));
        Assert.Equal(1, running.Of(Counts).Count(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0));
        Assert.All(running.Of(Speed), m => Assert.InRange(Math.Abs(m.Values[0]), 0, 1001 * CmPerCount)); // its new counts are no movement
    }

    [Fact]
    public void Run_DeviceThatDropsSamples_CountsThem()
    {
        using EmulatedSensor device = new("busy");
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        for (int ms = 0; ms < 30; ms++)
        {
            if (ms is 10 or 20) device.Skip(4);
            device.Send((uint)ms * 1000, [ms]);
        }

        running.Until(() => treadmill.Drops == 8);
        SourceReport dropped = running.Await(SourceReportKind.Dropped);
        running.Stop();
        Assert.InRange(dropped.Count, 4, 8);
        Assert.Contains("readings that it numbered did not come", dropped.Text);
    }

    [Fact]
    public void Run_GarbledLine_LosesOnlyTheDamagedReadings()
    {
        using EmulatedSensor device = new("garbled");
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        Random random = new(2);
        byte[] line = new byte[SensorLine.MaxLength];
        List<double> sound = [];
        device.Send(0, [0]);
        running.Until(() => Readings(running).Length == 1);
        for (int i = 1; i < 400; i++)
        {
            int length = SensorLine.WriteSample(line, (ushort)i, (uint)i * 1000, [i]);
            if (random.Next(4) == 0) line[random.Next(length)] ^= 0x10;
            else sound.Add(i);
            device.SendBytes(line.AsSpan(0, length));
        }

        device.Send(400_000, [400]);
        running.Until(() => Readings(running)[^1] == 400);
        SourceReport garbage = running.Await(SourceReportKind.Garbage);
        running.Stop();
        Assert.Equal([0, .. sound, 400], Readings(running));
        Assert.Contains("belong to no message of the line protocol", garbage.Text);
        Assert.DoesNotContain("baud", garbage.Text);
        Assert.All(running.Of(Speed), m => Assert.InRange(m.Values[0], 0, 1020 * CmPerCount));
    }

    [Fact]
    public void Run_WrongBaudRate_PublishesNothingAndSaysWhy()
    {
        using EmulatedSensor device = new("fast");
        using SerialTreadmill treadmill = Open(device, silenceMs: 300);
        using RunningSource running = new(treadmill.Run);
        byte[] line = new byte[SensorLine.MaxLength];
        uint us = 0;
        running.Until(() =>
        {
            // What a line of 230400 baud looks like at 115200: every other bit.
            int length = SensorLine.WriteSample(line, 1, us += 1000, [us]);
            for (int i = 0; i + 1 < length; i += 2) line[i / 2] = (byte)(Half(line[i]) | (Half(line[i + 1]) << 4));
            device.SendBytes(line.AsSpan(0, length / 2));
            return running.Reports.Any(r => r.Kind == SourceReportKind.Lost) && running.Reports.Any(r => r.Kind == SourceReportKind.Garbage);
        });
        running.Stop();
        Assert.Empty(running.Messages);
        Assert.All(running.Reports, r => Assert.Contains("wrong baud rate? it is read at 115200", r.Text));

        static int Half(byte b) => (b & 1) | (b >> 1 & 2) | (b >> 2 & 4) | (b >> 3 & 8);
    }

    [Fact]
    public void Run_PulledOutAndBack_IsANewEpoch()
    {
        using EmulatedSensor device = new("loose");
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        Drive(device, running, 0, 100, ms => ms);
        device.PullOut();
        running.Await(SourceReportKind.Lost);
        device.PlugIn();
        uint us = 0;
        running.Until(() =>
        {
            device.Send(us += 1000, [7]);
            return running.Of(Counts).Any(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
        });
        SourceReport returned = running.Await(SourceReportKind.Returned);
        running.Stop();
        Assert.Contains($"wheel ({device.Path}) is back after", returned.Text);
        Assert.Equal(0, treadmill.Drops); // what a device without power counted is unknown
        Assert.All(running.Of(Speed), m => Assert.InRange(Math.Abs(m.Values[0]), 0, 1001 * CmPerCount));
    }

    [Fact]
    public void Run_AnotherDevice_PublishesNothingOfIt()
    {
        using EmulatedSensor device = new("imu-3", "imu");
        using SerialTreadmill treadmill = Open(device, "treadmill-7");
        using RunningSource running = new(treadmill.Run);
        uint us = 0;
        running.Until(() =>
        {
            device.Send(us += 1000, [99]);
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Empty(running.Messages);
        SourceReport mismatch = Assert.Single(running.Reports);
        Assert.Equal(SourceReportKind.Mismatch, mismatch.Kind);
        Assert.EndsWith("answers as 'imu-3' (imu), where 'treadmill-7' is expected; is another device plugged in?", mismatch.Text);
    }

    [Fact]
    public void Run_AnotherDeviceThatStays_IsSaidOnceAndIsNoReturn()
    {
        using EmulatedSensor device = new("imu-3", "imu");
        using SerialTreadmill treadmill = Open(device, "treadmill-7");
        using RunningSource running = new(treadmill.Run);
        uint us = 0;
        long until = RigClock.Now + (3 * RigClock.SecondNs / 2); // opened again meanwhile: it is the same wrong one
        running.Until(() =>
        {
            device.Send(us += 1000, [99]);
            return RigClock.Now > until;
        });
        running.Stop();
        Assert.Equal(SourceReportKind.Mismatch, Assert.Single(running.Reports).Kind);
        Assert.Empty(running.Messages);
    }

    [Fact]
    public void Run_SamplesOfNobody_AreNotTakenForTheDevices()
    {
        using EmulatedSensor device = new("mute");
        using SerialTreadmill treadmill = Open(device, "treadmill-7");
        using RunningSource running = new(treadmill.Run);
        byte[] line = new byte[SensorLine.MaxLength];
        running.Until(() =>
        {
            device.SendBytes(line.AsSpan(0, SensorLine.WriteSample(line, 1, 1000, [5])));
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Empty(running.Messages);
        Assert.EndsWith("sends samples and does not say who it is, where 'treadmill-7' is expected", Assert.Single(running.Reports).Text);
    }

    [Fact]
    public void Run_CounterOfAnotherWidth_SaysBoth()
    {
        using EmulatedSensor device = new("treadmill-7", bits: 16);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.SayHelloIfDue(0);
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Contains("'treadmill-7' counts in 16 bits, the configuration says 32 (counterBits)", Assert.Single(running.Reports).Text);
    }

    [Fact]
    public void Run_AfterTheFirstMessages_AllocatesNothing()
    {
        using EmulatedSensor device = new("steady");
        using SerialTreadmill treadmill = Open(device);
        AllocationOutput output = new(warmUp: 600);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread thread = new(() => treadmill.Run(output, stop.Token));
        thread.Start();
        for (uint ms = 0; output.Count < 1500; ms += 10)
        {
            device.Send(ms * 1000, [ms]);
            stop.Token.WaitHandle.WaitOne(1);
        }

        stop.Cancel();
        thread.Join();
        Assert.Equal(0, output.Allocated);
    }

    private static void Drive(EmulatedSensor device, RunningSource running, int from, int to, Func<int, long> count)
    {
        for (int ms = from; ms < to; ms++)
        {
            device.Send((uint)ms * 1000, [count(ms)]);
            if (ms % 50 == 0) running.Until(() => Readings(running).Length == ms + 1); // a device of 115200 baud is no faster either
        }

        running.Until(() => Readings(running).Length == to);
        Assert.Equal(0, device.LostBytes);
    }

    private static double[] Readings(RunningSource running) => [.. running.Of(Counts).SelectMany(m => MemoryMarshal.Cast<byte, double>(m.Payload.AsSpan(m.Header.TimesLength)).ToArray())];

    private static long[] Times(RunningSource running) => [.. running.Of(Counts).SelectMany(m => m.Times)];

    private static SerialTreadmill Open(EmulatedSensor device, string? id = null, double silenceMs = 2500, bool pulses = false) => new(
        new TreadmillOptions { Name = "wheel", CountsPerTurn = 1024, RadiusCm = 3.1 },
        new SerialOptions { Name = "wheel", Path = device.Path, SilenceMs = silenceMs },
        new EncoderProtocol { Device = id, SyncPulses = pulses, LatencyMs = 1.5 });
}
