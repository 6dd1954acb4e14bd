using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Native.Tests.LibC;

public sealed partial class SerialPortTests
{
    [Theory]
    [InlineData(9600)]
    [InlineData(115200)]
    [InlineData(250000)] // none of the POSIX rates
    [InlineData(3000000)]
    public void Open_AnyBaudRate_CarriesEveryByteBothWays(int baud)
    {
        using PseudoTerminal device = new();
        using SerialPort port = SerialPort.Open(device.Path, baud);
        using EventFd wake = new();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)]; // XON, XOFF, interrupt and line ends among them
        Assert.Equal(256, device.Write(all));
        Assert.Equal(all, ReadAll(port, wake, 256));
        Assert.True(port.Write(all));
        byte[] back = new byte[512];
        Assert.Equal(256, device.Read(back, timeoutMs: 5000));
        Assert.Equal(all, back[..256]);
    }

    [Fact]
    public void Read_NothingCame_TimesOutAndAWakeEndsItAtOnce()
    {
        using PseudoTerminal device = new();
        using SerialPort port = SerialPort.Open(device.Path, 115200);
        using EventFd wake = new();
        byte[] buffer = new byte[16];
        Assert.Equal(SerialRead.TimedOut, port.Read(buffer, 1, wake, out _));
        Thread waker = new(wake.Set);
        waker.Start();
        Assert.Equal(SerialRead.Woken, port.Read(buffer, 60_000, wake, out _));
        waker.Join();
    }

    [Fact]
    public void Read_DevicePulledOut_IsGone()
    {
        PseudoTerminal device = new();
        using SerialPort port = SerialPort.Open(device.Path, 115200);
        using EventFd wake = new();
        device.Dispose();
        Assert.Equal(SerialRead.Gone, port.Read(new byte[16], 60_000, wake, out _));
        Assert.False(port.Write("?\n"u8));
    }

    [Fact]
    public void TryOpen_Absent_AsksWhetherItIsPluggedIn()
    {
        Assert.False(SerialPort.TryOpen("/dev/ttyACM99", 115200, out _, out string? error));
        Assert.Contains("is it plugged in?", error);
        DeviceException thrown = Assert.Throws<DeviceException>(() => SerialPort.Open("/dev/ttyACM99", 115200));
        Assert.StartsWith("/dev/ttyACM99: ", thrown.Message);
    }

    [Fact]
    public void TryOpen_FileOrFolder_IsNoSerialPort()
    {
        foreach (string path in (string[])["/proc/self/status", "/dev/null", Path.GetTempPath()])
        {
            Assert.False(SerialPort.TryOpen(path, 115200, out _, out string? error));
            Assert.DoesNotContain("permission", error);
        }

        string file = Path.GetTempFileName();
        try
        {
            Assert.False(SerialPort.TryOpen(file, 115200, out _, out string? error));
            Assert.Equal("it is no serial port", error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void TryOpen_Twice_NamesTheProgramThatHasIt()
    {
        using PseudoTerminal device = new();
        using (SerialPort first = SerialPort.Open(device.Path, 115200))
        {
            Assert.False(SerialPort.TryOpen(device.Path, 115200, out _, out string? error));
            Assert.Contains("another program has it open", error);
            Assert.Contains($"(process {Environment.ProcessId})", error);
        }

        SerialPort.Open(device.Path, 115200).Dispose(); // free again once it is closed
    }

    [Fact]
    public void TryOpen_WithoutPermission_NamesTheGroupToJoinAndTheCommand()
    {
        Assert.SkipUnless(Environment.UserName == "root", "gives its own thread another user's rights to files, which only root may");
        using PseudoTerminal device = new();
        string? error = null;
        bool opened = true;
        Thread other = new(() =>
        {
            _ = SetFileUser(65534); // of this thread alone, and it takes root's privileges over files with it
            opened = SerialPort.TryOpen(device.Path, 115200, out SerialPort? port, out error);
            port?.Dispose();
            _ = SetFileUser(0);
        });
        other.Start();
        other.Join();
        Assert.False(opened);
        Assert.Contains("permission denied", error);
        Assert.Contains("sudo usermod -aG", error);
    }

    [Theory]
    [InlineData(0x1B0, 20, "anna", "permission denied; it belongs to the group dialout: join it with  sudo usermod -aG dialout anna  and log in again")]
    [InlineData(0x1B0, 20, "bert", "permission denied; bert was added to its group dialout after logging in: log out and in again")]
    [InlineData(0x1B0, 77, "anna", "the group 77")]
    [InlineData(0x180, 20, "anna", "udev rule")]
    [InlineData(0x1B0, 0, "anna", "udev rule")]
    public void ExplainDenied_ByGroupAndMode_SaysWhatToDo(int mode, uint group, string user, string expected)
        => Assert.Contains(expected, SerialPortError.ExplainDenied(mode, group, user, ["root:x:0:", "dialout:x:20:carl,bert"]));

    [Fact]
    public void Structs_Layout_IsThatOfTheKernel()
    {
        Assert.Equal(44, Marshal.SizeOf<Termios>());
        Assert.Equal(36, (int)Marshal.OffsetOf<Termios>(nameof(Termios.InputSpeed)));
    }

    [Fact]
    public void EmulatedSensor_PulledOutAndPluggedIn_KeepsItsPath()
    {
        using EmulatedSensor sensor = new("treadmill-7");
        using EventFd wake = new();
        for (int round = 0; round < 3; round++)
        {
            using SerialPort port = SerialPort.Open(sensor.Path, 115200);
            sensor.Send(1000, [5]);
            byte[] line = ReadAll(port, wake, 20);
            Assert.Equal(ParseOutcome.Message, SensorLine.TryRead(line, out SensorLine hello, out int length));
            Assert.Equal("treadmill-7"u8, hello.Device);
            sensor.PullOut();
            Assert.False(Path.Exists(sensor.Path));
            sensor.PlugIn();
        }
    }

    private static byte[] ReadAll(SerialPort port, EventFd wake, int least)
    {
        List<byte> all = [];
        byte[] buffer = new byte[100];
        while (all.Count < least)
        {
            Assert.Equal(SerialRead.Data, port.Read(buffer, 5000, wake, out int length));
            all.AddRange(buffer[..length]);
        }

        return [.. all];
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileUser(int user);
}
