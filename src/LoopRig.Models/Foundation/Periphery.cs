namespace LoopRig.Models.Foundation;

/// <summary>What the eye sees beside the monitor.</summary>
public enum Periphery
{
    /// <summary>Black.</summary>
    Dark,

    /// <summary>The monitor's border.</summary>
    Extend,
}
