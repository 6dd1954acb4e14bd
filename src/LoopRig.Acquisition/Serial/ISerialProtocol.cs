using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>
/// What a device says on a serial line. <see cref="SerialSource"/> owns the port, its loss and return, garbage and silence; a protocol knows messages.
/// All calls come from the adapter's thread, and none but <see cref="Open"/> may allocate.
/// </summary>
public interface ISerialProtocol
{
    /// <summary>Its name in messages to people, such as <c>line protocol</c>.</summary>
    string Name { get; }

    /// <summary>Bytes of the longest message. Garbage that looks like the beginning of a message is waited for no longer than this.</summary>
    int LongestMessage { get; }

    /// <summary>
    /// Why this is not the device that is wanted; null while it may be. The source then reports it, closes the port and tries again: another one may be
    /// plugged in.
    /// </summary>
    string? Mismatch => null;

    /// <summary>Whether the device has shown that it is the wanted one: before that, it has not come back.</summary>
    bool IsKnown => true;

    /// <summary>The port was opened, for the first time or again: what starts the device, or asks who it is, may be sent.</summary>
    void Open(SerialPort port)
    {
    }

    /// <summary>The run ends: what stops the device may be sent.</summary>
    void Close(SerialPort port)
    {
    }

    /// <summary>What comes next has no past: the line was lost, or silent. The next message published carries <see cref="FrameFlags.NewEpoch"/>.</summary>
    void NewEpoch();

    /// <summary>Takes the message at the front of the bytes, and publishes what follows from it.</summary>
    /// <param name="bytes">What has come: all of it, or at least <see cref="LongestMessage"/> bytes.</param>
    /// <param name="receivedNs">When the newest of them was in the host's hand, ns on the rig clock: the host time to publish with.</param>
    /// <param name="output">Takes the samples.</param>
    /// <param name="length">The message's bytes; of garbage, how many to skip, at least 1.</param>
    ParseOutcome TryParse(ReadOnlySpan<byte> bytes, long receivedNs, IStreamOutput output, out int length);

    /// <summary>Comes after the messages of each read, and at least every 10 ms: a block may be closed, time may pass without messages.</summary>
    /// <param name="nowNs">ns on the rig clock; after a read, its receive time.</param>
    /// <param name="output">Takes the samples.</param>
    void Tick(long nowNs, IStreamOutput output)
    {
    }
}
