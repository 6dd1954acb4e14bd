namespace LoopRig.Synthesis;

/// <summary>Stimuli of one target that are optimised together; they lie side by side in a chunk.</summary>
/// <param name="Target">What they are to drive.</param>
/// <param name="TargetIndex">Which target that is.</param>
/// <param name="Repeat">Which batch of the target's, from 0.</param>
internal sealed record Batch(SynthesisTarget Target, int TargetIndex, int Repeat)
{
    /// <summary>The name of its stream of random numbers.</summary>
    internal string Stream => $"{Target.Label}/{Repeat}";
}
