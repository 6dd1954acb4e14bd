using LoopRig.Core;

namespace LoopRig.Synthesis;

/// <summary>A synthesis cannot be done as asked, or went wrong. What was written of it before stays; nothing else is affected.</summary>
public sealed class SynthesisException : LoopRigException
{
    /// <summary>Names what does not fit.</summary>
    public SynthesisException(string message, Exception? inner = null) : base(message, inner) { }
}
