namespace LoopRig.Core;

/// <summary>What happens, on purpose, to a message on its way to the subscribers. The recorder gets it whole all the same, on its own edge.</summary>
public enum WireFault
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is lost: numbered, and not sent.</summary>
    Lost,
    /// <summary>It arrives with wrong bytes, cut, or with a header that is none.</summary>
    Damaged,
}

/// <summary>An output that can also lose or damage messages, so that a rig's behaviour under faults can be rehearsed.</summary>
public interface IFaultyOutput : IStreamOutput
{
    /// <summary>Sends one sample or block as <see cref="IStreamOutput.Publish(int, in FrameHeader, ReadOnlySpan{byte})"/> does, with a fault on the way to the subscribers.</summary>
    /// <param name="stream">The index of the stream.</param>
    /// <param name="header">What the sample is.</param>
    /// <param name="payload">Its data.</param>
    /// <param name="fault">What happens to it.</param>
    void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, WireFault fault);
}
