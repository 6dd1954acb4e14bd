using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>The data have nothing in the part that is asked for.</summary>
public sealed class EmptyPartException(string message) : LoopRigException(message);
