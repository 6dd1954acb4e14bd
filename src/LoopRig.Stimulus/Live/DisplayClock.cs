namespace LoopRig.Stimulus.Live;

/// <summary>What paces the flips.</summary>
public enum DisplayClock
{
    /// <summary>The screen's refresh.</summary>
    Vsync,
    /// <summary>The rig clock, at the configured rate, where nothing paces the swap (Xvfb, surfaceless): the timing of light is unverified.</summary>
    Paced,
    /// <summary>Nothing: as fast as it is drawn.</summary>
    Free,
}
