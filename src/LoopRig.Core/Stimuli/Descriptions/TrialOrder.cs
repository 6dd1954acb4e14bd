namespace LoopRig.Core.Stimuli;

/// <summary>In which order the stimuli of a file are shown.</summary>
public enum TrialOrder
{
    /// <summary>As they are listed.</summary>
    Given,
    /// <summary>In a random order, drawn anew for each repeat.</summary>
    Shuffled,
}
