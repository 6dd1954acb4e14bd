namespace LoopRig.Native.V4l2;

/// <summary>What a wait for a frame gave.</summary>
public enum CaptureResult
{
    /// <summary>A frame.</summary>
    Frame,
    /// <summary>Nothing within the time.</summary>
    Nothing,
    /// <summary>The device is gone or has failed; only opening it again helps.</summary>
    Gone,
}

/// <summary>A frame in one of the driver's buffers, the program's until it is released.</summary>
/// <param name="Buffer">which buffer</param>
/// <param name="Bytes">its length</param>
/// <param name="TimeNs">the kernel's time of it, ns; of the rig clock where the camera says so</param>
/// <param name="Sequence">the driver's count of frames, those it dropped included</param>
/// <param name="IsDamaged">the driver says that data may be missing</param>
/// <param name="IsStartStamped">the time is that of the start of the exposure; else that of the frame's last byte</param>
public readonly record struct CapturedFrame(int Buffer, int Bytes, long TimeNs, uint Sequence, bool IsDamaged, bool IsStartStamped);
