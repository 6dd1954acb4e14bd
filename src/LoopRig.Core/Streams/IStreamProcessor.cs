namespace LoopRig.Core;

/// <summary>
/// Turns the samples of one stream into samples of others: frames of an eye into pupil and gaze, inertial samples into head orientation. Causal,
/// one thread, nothing allocated after the first samples. The same object serves an adapter of a device, one of a stream on the wire, and a simulation
/// that runs faster than real time.
/// </summary>
public interface IStreamProcessor : IDisposable
{
    /// <summary>What it makes; the output's stream indices count along this list.</summary>
    IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Takes one message of its input and publishes what follows from it, with the input's device times and clock.</summary>
    /// <param name="header">The message's header; a new epoch resets what the processor remembers.</param>
    /// <param name="payload">The message's payload, the block's times in front if it is a block.</param>
    /// <param name="output">Takes what was made of it.</param>
    void Process(in FrameHeader header, ReadOnlySpan<byte> payload, IStreamOutput output);
}
