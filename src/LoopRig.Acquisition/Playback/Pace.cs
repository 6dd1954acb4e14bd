namespace LoopRig.Acquisition;

/// <summary>How recorded data is played.</summary>
public enum Pace
{
    /// <summary>Each sample when its time has come.</summary>
    RealTime,

    /// <summary>As fast as it is taken; its device and host times still run as they were recorded.</summary>
    FullSpeed,
}
