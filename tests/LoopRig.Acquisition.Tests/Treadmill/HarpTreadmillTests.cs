using System.Runtime.InteropServices;
using LoopRig.Acquisition.Tests.Serial;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests.Treadmill;

public sealed class HarpTreadmillTests
{
    private const int Speed = 0, Counts = 1;
    private const byte Analog = 44;
    private const long Hour = 3600 * RigClock.SecondNs;

    [Fact]
    public void Run_DeviceThatIsTheRightOne_IsStartedReadAndLeftOnStandby()
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device, whoAmI: 1216);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            return device.IsActive;
        });
        Assert.Equal(0xED, device.Control); // active, heartbeat in both its places, dump, lights on
        for (int i = 0; i < 200; i++)
        {
            device.Tell(Analog, Hour + (i * 1_000_000), (short)(32_700 + i)); // through the end of 16 bits
            device.Tell(45, Hour + (i * 1_000_000), 77);                      // another register
        }

        running.Until(() => Readings(running).Length == 200 && running.Of(Speed).Length >= 20);
        running.Stop();
        device.Answer(0);
        Assert.False(device.IsActive);
        Assert.Equal((32_767.0, -32_768.0), (Readings(running)[67], Readings(running)[68]));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => Hour + (i * 1_000_000L) / 32_000 * 32_000), running.Of(Counts).SelectMany(m => m.Times));
        Assert.All(running.Of(Speed), m => Assert.InRange(m.Values[0], 0, 20));
        Assert.Equal(190 * 2 * Math.PI * 3.1 / 1024, running.Of(Speed).First(m => m.Header.DeviceTimeNs == Hour + 190_000_000).Values[1], 0.02);
        Assert.Equal(("harp", treadmill.Streams[Counts].ClockId), (treadmill.Streams[Speed].Clock, treadmill.Streams[Speed].ClockId));
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_HeartbeatWithoutEvents_IsStandingStill()
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            return device.IsActive;
        });
        device.Tell(Analog, Hour, 5);
        running.Until(() => running.Of(Counts).Length == 1);
        device.Beat(Hour + (2 * RigClock.SecondNs)); // two seconds of its clock: the animal has stood all the while
        running.Until(() => running.Of(Speed).Length >= 150);
        running.Stop();
        Assert.All(running.Of(Speed), m => Assert.Equal([0f, 0, 1, 0], m.Values));
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_AnotherWhoAmI_PublishesNothingAndSaysBoth()
    {
        using HarpDevice device = new(1024);
        using SerialTreadmill treadmill = Open(device, whoAmI: 1216);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            device.Tell(Analog, Hour, 1);
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Empty(running.Messages);
        Assert.EndsWith("answers as the Harp device 1024, where 1216 is expected (WhoAmI); is another device plugged in?", Assert.Single(running.Reports).Text);
    }

    [Theory]
    [InlineData(false, "speaks Harp and does not say who it is (WhoAmI)")]
    [InlineData(true, "answers with an error when it is asked who it is (WhoAmI)")]
    public void Run_WhoAmIWithoutAnAnswer_IsSaid(bool error, string text)
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            if (error) device.Fail(HarpKind.Read, 0, Hour);
            else device.Tell(Analog, Hour, 1);
            return !running.Reports.IsEmpty;
        });
        running.Stop();
        Assert.Empty(running.Messages);
        SourceReport mismatch = Assert.Single(running.Reports);
        Assert.Equal(SourceReportKind.Mismatch, mismatch.Kind);
        Assert.EndsWith(text, mismatch.Text);
    }

    [Fact]
    public void Run_DeviceThatCannotBecomeActive_IsSaid()
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            return device.IsActive;
        });
        device.Fail(HarpKind.Write, 10, Hour);
        Assert.EndsWith("answers with an error when it is to become active (OPERATION_CTRL), and so tells no events", running.Await(SourceReportKind.Mismatch).Text);
        running.Stop();
        Assert.Single(running.Reports);
    }

    [Fact]
    public void Run_RegisterThatIsNotWhatTheConfigurationSays_SaysWhatItIs()
    {
        foreach ((int element, int bits, string text) in ((int, int, string)[])[(3, 16, "register 44 has 3 numbers"), (1, 32, "register 44 counts in 16 bits, the configuration says 32 (counterBits)")])
        {
            using HarpDevice device = new(1216);
            using SerialTreadmill treadmill = Open(device, element: element, bits: bits);
            using RunningSource running = new(treadmill.Run);
            running.Until(() =>
            {
                device.Answer(Hour);
                if (device.IsActive) device.Tell(Analog, Hour, 1);
                return !running.Reports.IsEmpty;
            });
            running.Stop();
            Assert.Contains(text, running.Reports.First().Text);
            Assert.Empty(running.Messages);
        }
    }

    [Fact]
    public void Run_EventsOutOfOrderByATick_AreNoJump()
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            return device.IsActive;
        });
        for (int i = 0; i < 100; i++)
        {
            device.Tell(Analog, Hour + (i * 1_024_000), (short)i);
            if (i % 10 == 5) device.Tell(Analog, Hour + (i * 1_024_000) - 32_000, (short)(i - 1)); // a tick of the Harp clock
        }

        running.Until(() => Readings(running).Length == 100);
        running.Stop();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), Readings(running));
        Assert.Empty(running.Reports);
        Assert.DoesNotContain(running.Messages, m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
    }

    [Fact]
    public void Run_NoiseOnTheLine_LosesNoMessageBehindIt()
    {
        using HarpDevice device = new(1216);
        using SerialTreadmill treadmill = Open(device);
        using RunningSource running = new(treadmill.Run);
        running.Until(() =>
        {
            device.Answer(Hour);
            return device.IsActive;
        });
        for (int i = 0; i < 100; i++)
        {
            device.Tell(Analog, Hour + (i * 10_000_000), (short)i);
            if (i == 70) device.SendBytes([0x03, 0xFF, 0xF0, 0x03, Analog, 0xFF, 0x92]); // begins like a message of 1 KiB that never comes whole
        }

        running.Until(() => Readings(running).Length == 100);
        running.Await(SourceReportKind.Garbage);
        running.Stop();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), Readings(running));
    }

    private static double[] Readings(RunningSource running) => [.. running.Of(Counts).SelectMany(m => MemoryMarshal.Cast<byte, double>(m.Payload.AsSpan(m.Header.TimesLength)).ToArray())];

    private static SerialTreadmill Open(HarpDevice device, int? whoAmI = null, int element = 1, int bits = 16) => new(
        new TreadmillOptions { Name = "wheel", CountsPerTurn = 1024, RadiusCm = 3.1, CounterBits = bits },
        new SerialOptions { Name = "wheel", Path = device.Path, Baud = 1_000_000 },
        new EncoderProtocol { Clock = "harp", Harp = new HarpEncoderOptions { Register = Analog, Element = element, WhoAmI = whoAmI } });
}
