using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Who saw a fault.</summary>
public enum FaultWitness
{
    /// <summary>The receiving side, from the messages alone.</summary>
    Receiver,
    /// <summary>The source itself.</summary>
    Source,
}

/// <summary>Something that was wrong with a stream, from its beginning to its end.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Kind">What was wrong.</param>
/// <param name="StartNs">When it began, ns on the rig clock.</param>
/// <param name="EndNs">When it was over, or until when it is known to last, ns on the rig clock.</param>
/// <param name="Count">Messages, samples or bytes; 1 for a gap or a reset; 0 where there is no number.</param>
/// <param name="Text">For a person.</param>
/// <param name="By">Who saw it.</param>
public sealed record FaultRecord(string Stream, FaultKind Kind, long StartNs, long EndNs, long Count, string Text, FaultWitness By);
