namespace LoopRig.Native.LibC;

/// <summary>How a read of a serial port ended.</summary>
public enum SerialRead
{
    /// <summary>Bytes came.</summary>
    Data,

    /// <summary>None came in time.</summary>
    TimedOut,

    /// <summary>Another thread asked for the reader's attention.</summary>
    Woken,

    /// <summary>The device is gone; the port must be opened anew.</summary>
    Gone,
}
