using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.Wire;

/// <summary>A sound message whose payload lies in the caller's slot.</summary>
[StructLayout(LayoutKind.Auto)]
public struct ReceivedMessage
{
    /// <summary>The stream's index, as <see cref="StreamReceiver.AddStream"/> gave it.</summary>
    public int Stream;

    /// <summary>Bytes of the payload.</summary>
    public int Length;

    /// <summary>When the message was in hand, ns on the rig clock.</summary>
    public long ReceivedNs;

    /// <summary>Its header; marked <see cref="FrameFlags.NewEpoch"/> on the first message that came of an epoch, even where the marked one was lost.</summary>
    public FrameHeader Header;
}
