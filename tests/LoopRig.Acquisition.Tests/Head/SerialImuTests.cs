using LoopRig.Acquisition.Tests.Serial;
using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Acquisition.Tests;

/// <summary>An inertial sensor behind a pseudo-terminal: slow, bursty, garbled, pulled out, another one, with a clock of its own.</summary>
public sealed class SerialImuTests
{
    private const int Raw = 0, Orientation = 1;
    private const double CountsPerDegPerS = 16.4, CountsPerG = 2048;

    [Fact]
    public void Run_SlowDeviceWithLines_GivesSamplesInUnitsAndTheirOrientation()
    {
        using EmulatedSensor device = new("imu-1", "imu", bits: 64);
        using SerialImu imu = Open(device, "imu-1", rateHz: 100, blockMs: 0);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 50; i++)
        {
            device.Send((uint)(i * 10_000), [164, 0, -164, 1024, 0, 1774]); // 10 deg/s; 30 degrees nose up
            running.Until(() => Samples(running) == i + 1); // each when it has come
        }

        running.Until(() => running.Of(Orientation).Length == 50);
        running.Stop();
        CollectedMessage first = running.Of(Raw)[0];
        Assert.Equal(10 * Math.PI / 180, first.Values[0], 1e-6);
        Assert.Equal(-10 * Math.PI / 180, first.Values[2], 1e-6);
        Assert.Equal(0.5 * OrientationFilter.Gravity, first.Values[3], 1e-5);
        Assert.Equal(30, running.Of(Orientation)[0].Values[0], 0.1);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 10_000_000L), running.Of(Raw).SelectMany(m => m.Times));
        StreamDescriptor raw = imu.Streams[Raw], orientation = imu.Streams[Orientation];
        Assert.Equal(("head", "head/orientation", "head", raw.ClockId), (raw.Name, orientation.Name, raw.Clock, orientation.ClockId));
        Assert.NotEqual(0u, raw.ClockId);
        Assert.All(running.Messages, m => Assert.Equal(raw.ClockId, m.Header.Clock.Value));
        Assert.All(running.Messages, m => Assert.InRange(m.Header.HostTimeNs, 1, RigClock.Now));
        Assert.Empty(running.Reports);
        Assert.Equal(0, imu.Drops);
    }

    [Fact]
    public void Run_ThirtyKilohertzInBursts_LosesNothing()
    {
        using EmulatedSensor device = new("fast", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 30_000, blockMs: 10);
        using RunningSource running = new(imu.Run);
        const int Rounds = 100, Samples30 = 60, Bursts = 3; // 18000 samples: 0.6 s; the kernel takes about 4 KB at once
        byte[] bytes = new byte[SensorBlock.MaxLength];
        for (int round = 0; round < Rounds; round++)
        {
            for (int burst = 0; burst < Bursts; burst++)
            {
                int first = ((round * Bursts) + burst) * Samples30;
                uint[] times = [.. Enumerable.Range(first, Samples30).Select(i => (uint)(i * 1000L / 30))];
                short[] values = [.. Enumerable.Range(first, Samples30).SelectMany(i => new short[] { (short)i, 0, 0, 0, 0, (short)CountsPerG })];
                device.SendBytes(bytes.AsSpan(0, SensorBlock.Write(bytes, (ushort)first, times, values)));
            }

            int sent = (round + 1) * Bursts * Samples30;
            running.Until(() => Samples(running) > sent - 400); // what is left waits for its block to fill
        }

        running.Until(() => Samples(running) == Rounds * Bursts * Samples30);
        running.Stop();
        Assert.Equal(0, device.LostBytes);
        float[] rates = [.. running.Of(Raw).SelectMany(m => m.Values.Where((_, i) => i % 6 == 0))];
        for (int i = 0; i < rates.Length; i++) Assert.Equal((short)i / CountsPerDegPerS * Math.PI / 180, rates[i], 1e-3);
        Assert.Contains(running.Of(Raw), m => m.Header.SampleCount > 250);
        Assert.Equal(0, imu.Drops);
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_GarbledLine_LosesOnlyTheDamagedSamples()
    {
        using EmulatedSensor device = new("garbled", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        Random random = new(4);
        byte[] bytes = new byte[SensorBlock.MaxLength];
        device.Send(0, [0, 0, 0, 0, 0, 2048]);
        running.Until(() => Samples(running) == 1);
        List<int> sound = [0];
        for (int i = 1; i < 300; i++)
        {
            // Lines and blocks in turn.
            int length = i % 2 == 0
                ? SensorLine.WriteSample(bytes, (ushort)i, (uint)i * 1000, [i, 0, 0, 0, 0, 2048])
                : SensorBlock.Write(bytes, (ushort)i, [(uint)i * 1000], [(short)i, 0, 0, 0, 0, 2048]);
            if (random.Next(4) == 0 && i < 298) bytes[random.Next(length)] ^= (byte)(1 << random.Next(8));
            else sound.Add(i);
            device.SendBytes(bytes.AsSpan(0, length));
        }

        running.Until(() => Samples(running) > 0 && Counts(running)[^1] == 299);
        running.Await(SourceReportKind.Garbage);
        running.Until(() => imu.Drops == 300 - Samples(running));
        running.Stop();
        Assert.Equal(sound, Counts(running));
        Assert.DoesNotContain(running.Reports, r => r.Kind is SourceReportKind.Lost or SourceReportKind.ClockReset);
        Assert.All(running.Of(Orientation).SelectMany(m => m.Values[..2]), angle => Assert.InRange(angle, -90f, 90));
    }

    [Fact]
    public void Run_PulledOutAndBack_IsRightAtOnceInANewEpoch()
    {
        using EmulatedSensor device = new("loose", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 100, blockMs: 0);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 100; i++)
        {
            device.Send((uint)(i * 10_000), [0, 0, 0, 0, 0, 2048]);
            if (i % 20 == 0) running.Until(() => Samples(running) == i + 1);
        }

        running.Until(() => Samples(running) == 100);
        device.PullOut();
        running.Await(SourceReportKind.Lost);
        device.PlugIn();
        int sent = 0;
        running.Until(() =>
        {
            device.Send((uint)(++sent * 10_000), [0, 0, 0, 0, 2048, 0]); // its clock and numbers begin again, and the head lies on its right side
            return running.Of(Orientation).Any(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
        });
        running.Await(SourceReportKind.Returned);
        running.Stop();
        CollectedMessage back = running.Of(Orientation).First(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(90, back.Values[1], 0.1);
        Assert.Single(running.Of(Raw), m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(0, imu.Drops);
        Assert.DoesNotContain(running.Reports, r => r.Kind == SourceReportKind.ClockReset);
    }

    [Fact]
    public void Run_SilentDevice_IsLostAndBackWithANewEpoch()
    {
        using EmulatedSensor device = new("sleepy", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 100, blockMs: 0, silenceMs: 100);
        using RunningSource running = new(imu.Run);
        device.Send(0, [0, 0, 0, 0, 0, 2048]);
        running.Until(() => Samples(running) == 1);
        Assert.Contains("head (", running.Await(SourceReportKind.Lost).Text);
        device.Send(500_000, [0, 0, 0, 0, 0, 2048]);
        running.Await(SourceReportKind.Returned);
        running.Until(() => Samples(running) == 2);
        running.Stop();
        Assert.Equal(FrameFlags.NewEpoch, running.Of(Raw)[1].Header.Flags & FrameFlags.NewEpoch);
    }

    [Fact]
    public void Run_ClockBeginsAgain_IsToldAndANewEpoch()
    {
        using EmulatedSensor device = new("restless", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 10);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 50; i++) device.Send(5_000_000 + (uint)(i * 1000), [0, 0, 0, 0, 0, 2048]);
        running.Until(() => Samples(running) >= 40);
        for (int i = 0; i < 50; i++) device.Send((uint)(i * 1000), [0, 0, 0, 0, 0, 2048]);
        running.Until(() => Samples(running) == 100);
        running.Stop();
        SourceReport jump = Assert.Single(running.Reports);
        Assert.Equal(SourceReportKind.ClockReset, jump.Kind);
        Assert.Contains("to 0.000 s", jump.Text);
        CollectedMessage epoch = Assert.Single(running.Of(Raw), m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal(0, epoch.Times[0]);
    }

    [Fact]
    public void Run_SampleAfterAYoungerOne_IsLeftOutAndNoJump()
    {
        using EmulatedSensor device = new("hasty", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 50; i++)
        {
            device.Send((uint)(i * 1000), [i, 0, 0, 0, 0, 2048]);
            if (i == 30) device.Send((uint)(i * 1000) - 100, [99, 0, 0, 0, 0, 2048]);
        }

        running.Until(() => Samples(running) == 50 && imu.Drops == 1);
        running.Stop();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 1_000_000L), running.Of(Raw).SelectMany(m => m.Times));
        Assert.DoesNotContain(running.Reports, r => r.Kind == SourceReportKind.ClockReset);
        Assert.DoesNotContain(running.Messages, m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WrongBaudRate_PublishesNothingAndSaysWhy(bool blocks)
    {
        using EmulatedSensor device = new("fast", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0, silenceMs: 300);
        using RunningSource running = new(imu.Run);
        byte[] bytes = new byte[SensorBlock.MaxLength];
        ushort number = 0;
        running.Until(() =>
        {
            // What 230400 baud looks like at 115200: every other bit.
            number++;
            int length = blocks
                ? SensorBlock.Write(bytes, number, [number * 1000u], [(short)number, 0, 0, 0, 0, 2048])
                : SensorLine.WriteSample(bytes, number, number * 1000u, [number, 0, 0, 0, 0, 2048]);
            for (int i = 0; i + 1 < length; i += 2) bytes[i / 2] = (byte)(Half(bytes[i]) | (Half(bytes[i + 1]) << 4));
            device.SendBytes(bytes.AsSpan(0, length / 2));
            return running.Reports.Any(r => r.Kind == SourceReportKind.Lost) && running.Reports.Any(r => r.Kind == SourceReportKind.Garbage);
        });
        running.Stop();
        Assert.Empty(running.Messages);
        Assert.All(running.Reports, r => Assert.Contains("wrong baud rate? it is read at 115200", r.Text));

        static int Half(byte b) => (b & 1) | (b >> 1 & 2) | (b >> 2 & 4) | (b >> 3 & 8);
    }

    [Fact]
    public void Run_ClockOf32BitsBeginsAgain_RunsOn()
    {
        using EmulatedSensor device = new("old", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 60; i++) device.Send(unchecked(uint.MaxValue - 30_000 + (uint)(i * 1000)), [0, 0, 0, 0, 0, 2048]);
        running.Until(() => Samples(running) == 60);
        running.Stop();
        long[] times = [.. running.Of(Raw).SelectMany(m => m.Times)];
        for (int i = 1; i < times.Length; i++) Assert.Equal(1_000_000, times[i] - times[i - 1]);
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_DeviceThatDropsSamples_CountsThem()
    {
        using EmulatedSensor device = new("busy", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        for (int i = 0; i < 30; i++)
        {
            if (i is 10 or 20) device.Skip(4);
            device.Send((uint)i * 1000, [0, 0, 0, 0, 0, 2048]);
        }

        running.Until(() => imu.Drops == 8);
        Assert.Contains("samples that it numbered did not come", running.Await(SourceReportKind.Dropped).Text);
        running.Stop();
    }

    [Theory]
    [InlineData("treadmill-7", "encoder", null, "answers as 'treadmill-7' (encoder), where an imu is expected")]
    [InlineData("imu-2", "imu", "imu-1", "answers as 'imu-2' (imu), where 'imu-1' (imu) is expected")]
    public void Run_AnotherDevice_SaysWhoItIs(string id, string kind, string? wanted, string expected)
    {
        using EmulatedSensor device = new(id, kind, bits: 64);
        using SerialImu imu = Open(device, wanted, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        running.Until(() =>
        {
            device.Send(0, [1, 2, 3, 4, 5, 6]);
            return running.Reports.Any(r => r.Kind == SourceReportKind.Mismatch);
        });
        running.Stop();
        Assert.Contains(expected, running.Await(SourceReportKind.Mismatch).Text);
        if (wanted is not null) Assert.Empty(running.Messages);
    }

    [Theory]
    [InlineData("imu-3", "imu", "head-2")]
    [InlineData("treadmill-7", "encoder", null)]
    public void Run_AnotherDeviceThatStays_IsSaidOnceAndIsNoReturn(string id, string kind, string? wanted)
    {
        using EmulatedSensor device = new(id, kind, bits: 64);
        using SerialImu imu = Open(device, wanted, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        uint us = 0;
        running.Until(() =>
        {
            device.SayHelloIfDue(us);
            return !running.Reports.IsEmpty;
        });
        long until = RigClock.Now + (5 * RigClock.SecondNs / 2); // opened again twice meanwhile: it is the same wrong one
        running.Until(() =>
        {
            device.Send(us += 1000, [1, 2, 3, 4, 5, 6]);
            return RigClock.Now > until;
        });
        running.Stop();
        Assert.Equal(SourceReportKind.Mismatch, Assert.Single(running.Reports).Kind);
        Assert.Empty(running.Messages);
    }

    [Fact]
    public void Run_AnotherDeviceBetween_IsSaidEachTimeAndTheRightOneReturns()
    {
        using EmulatedSensor right = new("head-2", "imu", bits: 64);
        using SerialImu imu = Open(right, "head-2", rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        uint us = 0;
        Talk(right, () => Samples(running) > 0);
        for (int round = 1; round <= 2; round++)
        {
            right.PullOut();
            using (EmulatedSensor wrong = new("imu-3", "imu", bits: 64, path: right.Path)) Talk(wrong, () => running.Reports.Count(r => r.Kind == SourceReportKind.Mismatch) == round);
            Assert.Equal(round - 1, running.Reports.Count(r => r.Kind == SourceReportKind.Returned));
            right.PlugIn();
            Talk(right, () => running.Reports.Count(r => r.Kind == SourceReportKind.Returned) == round);
        }

        running.Stop();

        void Talk(EmulatedSensor device, Func<bool> done) => running.Until(() =>
        {
            device.Send(us += 1000, [1, 2, 3, 4, 5, 6]);
            return done();
        });
    }

    [Fact]
    public void Run_SamplesOfNobody_AreNotTakenForTheDevices()
    {
        using EmulatedSensor device = new("mute", "imu", bits: 64);
        using SerialImu imu = Open(device, "head-2", rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        byte[] bytes = new byte[SensorBlock.MaxLength];
        int length = SensorBlock.Write(bytes, 1, [1000], [1, 2, 3, 4, 5, 6]);
        running.Until(() =>
        {
            device.SendBytes(bytes.AsSpan(0, length));
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Empty(running.Messages);
        Assert.EndsWith("sends samples and does not say who it is, where 'head-2' (imu) is expected", Assert.Single(running.Reports).Text);
    }

    [Fact]
    public void Run_TooFewValues_SaysHowMany()
    {
        using EmulatedSensor device = new("gyro", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        using RunningSource running = new(imu.Run);
        running.Until(() =>
        {
            device.Send(0, [1, 2, 3]);
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Contains("its samples have 3 values, where 6 are expected", running.Await(SourceReportKind.Mismatch).Text);
        Assert.Empty(running.Messages);
    }

    [Fact]
    public void Create_AbsentPortOrRate_NamesIt()
    {
        Assert.Contains("/dev/ttyACM99", Assert.Throws<DeviceException>(() => Open("/dev/ttyACM99", null, 100, 0, 1000)).Message);
        Assert.Contains("head: rateHz", Assert.Throws<DeviceException>(() => Open("/dev/ttyACM99", null, 0, 0, 1000)).Message);
    }

    [Fact]
    public void Run_AfterTheFirstMessages_AllocatesNothing()
    {
        using EmulatedSensor device = new("steady", "imu", bits: 64);
        using SerialImu imu = Open(device, null, rateHz: 1000, blockMs: 0);
        AllocationOutput output = new(warmUp: 600);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread thread = new(() => imu.Run(output, stop.Token));
        thread.Start();
        for (uint ms = 0; output.Count < 1500; ms += 10)
        {
            device.Send(ms * 1000, [0, 0, 0, 0, 0, 2048]);
            stop.Token.WaitHandle.WaitOne(1);
        }

        stop.Cancel();
        thread.Join();
        Assert.Equal(0, output.Allocated);
    }

    private static int Samples(RunningSource running) => running.Of(Raw).Sum(m => m.Header.SampleCount);

    private static int[] Counts(RunningSource running)
        => [.. running.Of(Raw).SelectMany(m => m.Values.Where((_, i) => i % 6 == 0)).Select(v => (int)Math.Round(v * 180 / Math.PI * CountsPerDegPerS))];

    private static SerialImu Open(EmulatedSensor device, string? id, double rateHz, double blockMs, double silenceMs = 2500) => Open(device.Path, id, rateHz, blockMs, silenceMs);

    private static SerialImu Open(string path, string? id, double rateHz, double blockMs, double silenceMs) => new(
        new SerialOptions { Name = "head", Path = path, SilenceMs = silenceMs },
        new ImuDeviceOptions
        {
            Device = id,
            RateHz = rateHz,
            RadPerSPerCount = Math.PI / 180 / CountsPerDegPerS,
            MPerS2PerCount = OrientationFilter.Gravity / CountsPerG,
            BlockMs = blockMs,
        });
}
