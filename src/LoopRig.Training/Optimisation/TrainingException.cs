using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Training cannot go on, or cannot go on from a checkpoint. The last good checkpoint is as it was.</summary>
public sealed class TrainingException : LoopRigException
{
    /// <summary>Says what happened, where, and what can be done.</summary>
    public TrainingException(string message, Exception? inner = null) : base(message, inner) { }
}
