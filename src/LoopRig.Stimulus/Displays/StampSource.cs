namespace LoopRig.Stimulus.Displays;

/// <summary>What a flip's time was taken from.</summary>
public enum StampSource
{
    /// <summary>The clock, after the driver had finished: nothing tells when light came.</summary>
    Finish,
    /// <summary>The driver's time of the refresh in which the swap happened (GLX_OML_sync_control).</summary>
    Refresh,
}
