using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>
/// A serial port: raw bytes, eight bits without parity, any baud rate that the device knows, nobody else on it. The modem lines are left as the driver
/// sets them. One thread reads; nothing blocks longer than it is told to, and nothing is allocated.
/// </summary>
public sealed class SerialPort : IDisposable
{
    private const long WritePatienceNs = RigClock.SecondNs;
    private readonly FileHandle _file;

    private SerialPort(FileHandle file, string path) => (_file, Path) = (file, path);

    /// <summary>The device's path, as it was given.</summary>
    public string Path { get; }

    /// <summary>Whether the path leads to something now, links followed; allocates nothing.</summary>
    public static unsafe bool Exists(string path)
    {
        byte* status = stackalloc byte[SerialPortError.StatusLength];
        return LibCNative.Status(SerialPortError.ThisFolder, path, 0, 0, status) == 0;
    }

    /// <summary>Opens a port.</summary>
    /// <param name="path">The device, such as /dev/ttyACM0 or a link in /dev/serial/by-id.</param>
    /// <param name="baud">Bits per second, custom rates included; a pseudo-terminal and most USB devices take any and ignore it.</param>
    /// <exception cref="DeviceException">It is absent, forbidden, busy or no serial port, or does not know the rate; the text says what to do.</exception>
    public static SerialPort Open(string path, int baud)
        => TryOpen(path, baud, out SerialPort? port, out string? error) ? port : throw new DeviceException(path, error);

    /// <summary>Opens a port if it can be opened now.</summary>
    /// <param name="path">The device.</param>
    /// <param name="baud">Bits per second.</param>
    /// <param name="port">The port; the caller disposes it.</param>
    /// <param name="error">Why not, and what to do; without the path.</param>
    public static bool TryOpen(string path, int baud, [NotNullWhen(true)] out SerialPort? port, [NotNullWhen(false)] out string? error)
    {
        (port, error) = (null, null);
        int opened = LibCNative.Open(path, LibCNative.ReadWrite | LibCNative.NoControl | LibCNative.NonBlocking | LibCNative.CloseOnExec);
        if (opened < 0)
        {
            error = SerialPortError.Explain(path, Marshal.GetLastPInvokeError());
            return false;
        }

        FileHandle file = new(opened, path);
        error = SetUp(file, path, baud);
        if (error is null) port = new SerialPort(file, path);
        else file.Dispose();
        return port is not null;
    }

    /// <summary>Waits for bytes, and takes those that are there.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="timeoutMs">How long to wait for the first.</param>
    /// <param name="wake">Ends the wait at once when it is set; it stays set.</param>
    /// <param name="length">How many came.</param>
    public unsafe SerialRead Read(Span<byte> buffer, int timeoutMs, EventFd wake, out int length)
    {
        length = 0;
        PollFd* files = stackalloc PollFd[2];
        files[0] = new PollFd { File = (int)_file.DangerousGetHandle(), Events = PollFd.In };
        files[1] = new PollFd { File = (int)wake.File.DangerousGetHandle(), Events = PollFd.In };
        int ready = LibCNative.Poll(files, 2, timeoutMs);
        if (ready < 0 && Marshal.GetLastPInvokeError() != LibCNative.EIntr) return SerialRead.Gone;
        if (ready <= 0) return SerialRead.TimedOut;
        if (files[1].Ready != 0) return SerialRead.Woken;

        // A device that has gone may have left bytes behind: they come before the end.
        nint got;
        fixed (byte* at = buffer) got = LibCNative.Read(_file, at, (nuint)buffer.Length);
        if (got > 0)
        {
            length = (int)got;
            return SerialRead.Data;
        }

        bool again = got < 0 && Marshal.GetLastPInvokeError() is LibCNative.EAgain or LibCNative.EIntr;
        return again && (files[0].Ready & PollFd.Broken) == 0 ? SerialRead.TimedOut : SerialRead.Gone;
    }

    /// <summary>Sends bytes; false when the device takes none for a second, or is gone.</summary>
    public unsafe bool Write(ReadOnlySpan<byte> bytes)
    {
        long until = RigClock.Now + WritePatienceNs;
        while (bytes.Length > 0)
        {
            nint sent;
            fixed (byte* at = bytes) sent = LibCNative.Write(_file, at, (nuint)bytes.Length);
            if (sent > 0)
            {
                bytes = bytes[(int)sent..];
                continue;
            }

            if (sent < 0 && Marshal.GetLastPInvokeError() is not (LibCNative.EAgain or LibCNative.EIntr)) return false;
            PollFd file = new() { File = (int)_file.DangerousGetHandle(), Events = PollFd.Out };
            long leftMs = (until - RigClock.Now) / RigClock.MillisecondNs;
            if (leftMs <= 0 || LibCNative.Poll(&file, 1, (int)leftMs) < 0 || (file.Ready & PollFd.Broken) != 0) return false;
        }

        return true;
    }

    /// <summary>Closes the port and lets others open it.</summary>
    public unsafe void Dispose()
    {
        if (!_file.IsClosed) _ = LibCNative.IoControl(_file, Termios.Shared, null);
        _file.Dispose();
    }

    // What is wrong, or null.
    private static unsafe string? SetUp(FileHandle file, string path, int baud)
    {
        Termios settings;
        if (LibCNative.IoControl(file, Termios.Get, &settings) != 0) return SerialPortError.Explain(path, Marshal.GetLastPInvokeError());

        // TIOCEXCL alone would let a privileged program in, and the lock alone one that asks for none.
        if (LibCNative.Lock(file, LibCNative.LockExclusive | LibCNative.LockNoWait) != 0) return SerialPortError.Explain(path, SerialPortError.Busy);
        if (LibCNative.IoControl(file, Termios.Exclusive, null) != 0) return SerialPortError.Explain(path, Marshal.GetLastPInvokeError());
        settings.MakeRaw(baud);
        if (LibCNative.IoControl(file, Termios.Set, &settings) != 0 || LibCNative.IoControl(file, Termios.Get, &settings) != 0)
            return $"{baud} baud cannot be set: {Marshal.GetLastPInvokeErrorMessage()}";

        // A driver that does not know a rate takes the nearest it has; a receiver tolerates about 3 %.
        return Math.Abs((double)settings.OutputSpeed - baud) > 0.03 * baud ? $"it does not know {baud} baud; the nearest it offers is {settings.OutputSpeed}" : null;
    }
}
