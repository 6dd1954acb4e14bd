using LoopRig.Core;
using LoopRig.Native.LibC;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Simulation.Sensors;

/// <summary>The serial line that the encoder is on: a pseudo-terminal and a link to it, and a lock beside the link, so that two mice never share one.</summary>
internal sealed class EncoderLine : IDisposable
{
    private const string Device = "digital-mouse";

    private readonly SafeFileHandle _lock;
    private readonly EmulatedSensor _port;

    /// <summary>Plugs the encoder in at <paramref name="path"/>.</summary>
    /// <exception cref="DeviceException">Another mouse is there, or the link cannot be made.</exception>
    public EncoderLine(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // The kernel gives the lock back when a process ends, however it ends: a link that is found then leads nowhere, or to a stranger's terminal.
            _lock = File.OpenHandle(LockOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException(path, $"the encoder's serial line cannot be made here; is there another digital mouse? {e.Message}", e);
        }
        try
        {
            if (new FileInfo(path).LinkTarget is not null)
                File.Delete(path);
            _port = new EmulatedSensor(Device, "encoder", bits: 32, path);
        }
        catch (Exception e)
        {
            _lock.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new DeviceException(path, $"the encoder's serial line cannot be made here: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Sends a reading.</summary>
    /// <param name="deviceNs">The encoder's clock, ns; it goes out in microseconds of 32 bits, which start over after 71 minutes.</param>
    /// <param name="counts">The reading.</param>
    public void Send(long deviceNs, ReadOnlySpan<long> counts) => _port.Send(unchecked((uint)(deviceNs / 1000)), counts);

    /// <summary>Pulls it out.</summary>
    public void Dispose()
    {
        _port.Dispose();
        File.Delete(LockOf(_port.Path));
        _lock.Dispose();
    }

    private static string LockOf(string path) => path + ".lock";
}
