using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Acquisition.Tests.Serial;

public sealed class SerialSourceTests
{
    [Fact]
    public void Run_SlowDevice_GivesEachMessageWhenItsLastByteCame()
    {
        using EmulatedSensor device = new("slow");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        byte[] line = new byte[SensorLine.MaxLength];
        for (int i = 0; i < 5; i++)
        {
            int length = SensorLine.WriteSample(line, (ushort)i, 0, [i]);
            for (int at = 0; at < length; at++)
            {
                Assert.Equal(i, protocol.Values.Length);
                device.SendBytes(line.AsSpan(at, 1));
            }

            running.Until(() => protocol.Values.Length == i + 1);
        }

        running.Stop();
        Assert.Equal([0L, 1, 2, 3, 4], protocol.Values);
        Assert.Equal(0, source.GarbageBytes);
        Assert.Empty(running.Reports);
    }

    [Fact]
    public void Run_BurstsAcrossReadsAndBuffers_LosesNothing()
    {
        using EmulatedSensor device = new("bursty");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        const int Bursts = 200, Length = 40; // 300 KB: every place of a message meets the edges of reads and buffers
        for (int burst = 0; burst < Bursts; burst++)
        {
            for (int i = 0; i < Length; i++) device.Send((uint)(i * 1000), [(burst * Length) + i]);
            running.Until(() => protocol.Values.Length == (burst + 1) * Length);
        }

        running.Stop();
        Assert.Equal(0, device.LostBytes);
        Assert.Equal(Enumerable.Range(0, Bursts * Length).Select(i => (long)i), protocol.Values);
        Assert.Equal(0, source.GarbageBytes);
    }

    [Fact]
    public void Run_GarbledLine_LosesTheDamagedMessagesAndSaysHowManyBytes()
    {
        using EmulatedSensor device = new("garbled");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        device.Send(0, [1]);
        running.Until(() => protocol.Values.Length == 1); // joined: what comes from here on is damage
        device.SendBytes("$S,1,1000,2*0000\n\0\x80noise"u8);
        device.Send(2000, [3]);
        for (int i = 0; i < 30; i++) device.Send(3000, [4]);
        running.Until(() => protocol.Values.Length == 32);
        SourceReport garbage = running.Await(SourceReportKind.Garbage);
        running.Stop();
        Assert.Equal([1L, 3, 4], protocol.Values.Distinct());
        Assert.Equal((25L, 25L), (garbage.Count, source.GarbageBytes));
        Assert.Contains("25 bytes that belong to no message of the line protocol", garbage.Text);
        Assert.DoesNotContain("baud", garbage.Text);
        Assert.Equal(0, protocol.Epochs);
    }

    [Fact]
    public void Run_WrongBaudRate_AsksWhetherItIsThat()
    {
        using EmulatedSensor device = new("fast");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device) with { Baud = 9600, SilenceMs = 300 }, protocol);
        using RunningSource running = new(source.Run);
        Random random = new(1);
        byte[] noise = new byte[100];
        running.Until(() =>
        {
            random.NextBytes(noise);
            device.SendBytes(noise);
            return running.Reports.Count >= 2;
        });
        running.Stop();
        Assert.Equal([SourceReportKind.Garbage, SourceReportKind.Lost], running.Reports.Select(r => r.Kind).Distinct().Order().Reverse());
        Assert.All(running.Reports, r => Assert.Contains("wrong baud rate? it is read at 9600", r.Text));
    }

    [Fact]
    public void Run_PulledOutAndBack_ReportsBothAndBeginsANewEpoch()
    {
        using EmulatedSensor device = new("loose");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        device.Send(0, [1]);
        running.Until(() => protocol.Values.Length == 1);
        long before = RigClock.Now;
        device.PullOut();
        SourceReport lost = running.Await(SourceReportKind.Lost);
        Assert.Equal(1, protocol.Epochs);
        device.PlugIn();
        running.Until(() =>
        {
            device.Send(0, [2]);
            return protocol.Values.Length > 1;
        });
        SourceReport returned = running.Await(SourceReportKind.Returned);
        running.Stop();
        Assert.Contains($"{device.Path}) is gone: unplugged or switched off", lost.Text);
        Assert.Contains("is back after", returned.Text);
        Assert.InRange(lost.StartNs, before, RigClock.Now);
        Assert.Equal(lost.StartNs, returned.StartNs);
        Assert.True(returned.EndNs > returned.StartNs);
        Assert.Equal((1L, 1), (source.Losses, protocol.Epochs));
        Assert.Equal([1L, 2], protocol.Values.Distinct());
        Assert.Equal(2, running.Reports.Count);
    }

    [Fact]
    public void Run_BackButTaken_SaysWhoHasIt()
    {
        using EmulatedSensor device = new("taken");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        device.Send(0, [1]);
        running.Until(() => protocol.Values.Length == 1);
        using PseudoTerminal other = new();
        using SerialPort taken = SerialPort.Open(other.Path, 9600);
        device.PullOut();
        running.Await(SourceReportKind.Lost);
        File.CreateSymbolicLink(device.Path, other.Path);
        running.Until(() => running.Reports.Count == 2);
        File.Delete(device.Path);
        device.PlugIn();
        running.Until(() =>
        {
            device.Send(0, [2]);
            return protocol.Values.Length > 1;
        });
        running.Stop();
        Assert.Contains("is there but cannot be opened: another program has it open", running.Reports.ElementAt(1).Text);
        Assert.Single(running.Reports, r => r.Kind == SourceReportKind.Returned);
    }

    [Fact]
    public void Run_SilentDevice_IsLostAndComesBack()
    {
        using EmulatedSensor device = new("sleepy");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device) with { SilenceMs = 100 }, protocol);
        using RunningSource running = new(source.Run);
        Assert.Contains("has said nothing since it was opened", running.Await(SourceReportKind.Lost).Text);
        device.Send(0, [1]);
        running.Await(SourceReportKind.Returned);
        running.Until(() => running.Reports.Count == 3);
        running.Stop();
        SourceReport again = running.Reports.Last();
        Assert.Equal(SourceReportKind.Lost, again.Kind);
        Assert.Contains("sends nothing since 0.", again.Text);
        Assert.InRange(RigClock.Now - again.StartNs, 100 * RigClock.MillisecondNs, long.MaxValue); // since its last message
        Assert.Equal(again.StartNs, again.EndNs);                                                  // and it lasts
        Assert.Equal((2L, 2), (source.Losses, protocol.Epochs));
    }

    [Fact]
    public void Run_AnotherDeviceAnswers_SaysSoOnceAndTakesTheRightOneLater()
    {
        using EmulatedSensor wrong = new("imu-3");
        NumbersProtocol protocol = new("treadmill-7");
        using SerialSource source = new(Options(wrong), protocol);
        using RunningSource running = new(source.Run);
        running.Until(() =>
        {
            wrong.SayHelloIfDue(0);
            return !running.Reports.IsEmpty;
        });
        wrong.PullOut();
        using EmulatedSensor right = new("treadmill-7", path: wrong.Path);
        running.Until(() =>
        {
            right.Send(0, [7]);
            return protocol.Values.Length > 0 && running.Reports.Any(r => r.Kind == SourceReportKind.Returned);
        });
        running.Stop();
        SourceReport mismatch = Assert.Single(running.Reports, r => r.Kind == SourceReportKind.Mismatch);
        Assert.EndsWith("answers as 'imu-3', where 'treadmill-7' is expected", mismatch.Text);
        Assert.Contains(wrong.Path, mismatch.Text);
        Assert.Equal([7L], protocol.Values.Distinct());
    }

    [Fact]
    public void Run_BeginningWithoutEnd_DoesNotHoldUpWhatFollows()
    {
        using EmulatedSensor device = new("stuck");
        NumbersProtocol protocol = new();
        using SerialSource source = new(Options(device), protocol);
        using RunningSource running = new(source.Run);
        device.Send(0, [1]);
        running.Until(() => protocol.Values.Length == 1);
        device.SendBytes("$S,1,10"u8); // its rest never comes, and nothing follows
        running.Until(() => source.GarbageBytes == 7);
        device.Send(1, [2]);
        running.Until(() => protocol.Values.Length == 2);
        running.Stop();
    }

    [Fact]
    public void Create_AbsentDevice_NamesAdapterAndPath()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => new SerialSource(new SerialOptions { Name = "treadmill", Path = "/dev/ttyACM99" }, new NumbersProtocol()));
        Assert.StartsWith("treadmill (/dev/ttyACM99): there is no such device; is it plugged in?", error.Message);
    }

    private static SerialOptions Options(EmulatedSensor device) => new() { Name = "sensor", Path = device.Path };
}
