namespace LoopRig.Native.LibC;

/// <summary>
/// Asks the kernel that idle processors wake at once (/dev/cpu_dma_latency, PM QoS): for as long as this is held, an idle core polls in the kernel's own idle
/// loop instead of sleeping, and gives way to any thread immediately. Costs power, no thread's time. Needs write permission to the device.
/// </summary>
public sealed class IdleLatency : IDisposable
{
    private const string Device = "/dev/cpu_dma_latency";
    private readonly FileStream _held;

    private IdleLatency(FileStream held) => _held = held;

    /// <summary>Asks; null where the system has no such device or does not permit it.</summary>
    public static IdleLatency? TryHold()
    {
        try
        {
            var device = new FileStream(Device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            device.Write([0, 0, 0, 0]); // int32: microseconds that waking may take
            return new IdleLatency(device);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes the request back.</summary>
    public void Dispose() => _held.Dispose();
}
