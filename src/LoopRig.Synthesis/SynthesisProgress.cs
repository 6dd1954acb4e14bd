namespace LoopRig.Synthesis;

/// <summary>How far a synthesis is.</summary>
/// <param name="Done">Steps of all chunks that are taken.</param>
/// <param name="Total">Steps of all chunks; early stopping may save some.</param>
/// <param name="Chunk">The chunk at work, from 0.</param>
/// <param name="Chunks">How many there are.</param>
/// <param name="Score">Mean score of the chunk at work.</param>
/// <param name="Remaining">Estimated from the steps so far.</param>
public sealed record SynthesisProgress(long Done, long Total, int Chunk, int Chunks, double Score, TimeSpan Remaining);
