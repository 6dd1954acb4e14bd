namespace LoopRig.Core.Stimuli;

/// <summary>How the dots that move together move.</summary>
public enum DotMotion
{
    /// <summary>To the right.</summary>
    Right,
    /// <summary>Upwards.</summary>
    Up,
    /// <summary>To the left.</summary>
    Left,
    /// <summary>Downwards.</summary>
    Down,
    /// <summary>Away from the middle.</summary>
    Outward,
    /// <summary>Towards the middle.</summary>
    Inward,
    /// <summary>About the middle.</summary>
    Clockwise,
    /// <summary>About the middle.</summary>
    CounterClockwise,
}
