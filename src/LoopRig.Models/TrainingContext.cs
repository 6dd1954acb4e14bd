namespace LoopRig.Models;

/// <summary>
/// What a network may use in a training pass. Random choices come from here and from libtorch's generator alone: the trainer seeds both anew for every
/// step, so that a resumed training makes the same choices without storing a generator.
/// </summary>
/// <param name="Random">Seeded for this step.</param>
/// <param name="Samples">Samples that one pass over the session's fitting part holds, for penalties that are stated against the data's size.</param>
public sealed record TrainingContext(Random Random, int Samples)
{
    /// <summary>Whether sampling noise and dropout are drawn; off only for comparisons with a reference.</summary>
    public bool Noise { get; init; } = true;
}
