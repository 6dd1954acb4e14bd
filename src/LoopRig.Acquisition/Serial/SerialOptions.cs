namespace LoopRig.Acquisition;

/// <summary>A serial line.</summary>
public sealed record SerialOptions
{
    /// <summary>The adapter's name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The device: best a link in /dev/serial/by-id, which stays the same when the device is plugged in again.</summary>
    public required string Path { get; init; }

    /// <summary>Bits per second.</summary>
    public int Baud { get; init; } = 115200;

    /// <summary>A device that sends no message for this long is lost, ms: longer than the pause between two of its heartbeats.</summary>
    public double SilenceMs { get; init; } = 2500;

    /// <summary>The stream, among those of the adapter, to which what happens on the line is reported.</summary>
    public int ReportStream { get; init; }
}
