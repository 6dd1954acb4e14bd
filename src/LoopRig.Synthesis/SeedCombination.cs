namespace LoopRig.Synthesis;

/// <summary>What becomes of the stimuli that one target's seeds gave.</summary>
public enum SeedCombination
{
    /// <summary>The one with the highest response (the lowest, for least exciting) without the recipe's noise; of a target with clusters, what its units respond more than they do.</summary>
    Best,

    /// <summary>Their mean (Xu et al. 2023).</summary>
    Mean,
}
