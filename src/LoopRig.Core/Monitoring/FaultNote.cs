namespace LoopRig.Core;

/// <summary>Something wrong that a receiver saw with one message; whoever collects them makes one episode of many.</summary>
/// <param name="Stream">The stream's place in the session's table.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="StartNs">The last moment at which all was well, ns on the rig clock.</param>
/// <param name="EndNs">The moment up to which it was not, ns on the rig clock.</param>
/// <param name="Count">Messages lost, repeated, scattered or mismatched; 1 for a gap or a reset.</param>
/// <param name="StepNs">Of a clock reset: by how much the device's time jumped against the rig clock, ns.</param>
public readonly record struct FaultNote(int Stream, FaultKind Kind, long StartNs, long EndNs, long Count, long StepNs = 0);
