namespace LoopRig.Training;

/// <summary>A network that a run trained.</summary>
/// <param name="Session">The session that it is of.</param>
/// <param name="Path">Its file: the weights of the best pass.</param>
public sealed record SessionNetwork(string Session, string Path);
