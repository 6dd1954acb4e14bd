namespace LoopRig.Core.Stimuli;

/// <summary>Which sides of gray flashes lie on.</summary>
public enum Polarity
{
    /// <summary>White and black.</summary>
    Both,
    /// <summary>White alone.</summary>
    On,
    /// <summary>Black alone.</summary>
    Off,
}
