using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>When something that a message shows was seen.</summary>
internal static class ReportTime
{
    /// <summary>The message's arrival, ns on the rig clock; now, where its source left that to the publisher.</summary>
    internal static long Of(in FrameHeader header) => header.HostTimeNs != 0 ? header.HostTimeNs : RigClock.Now;
}
