using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>What an adapter does with each frame of a <see cref="VideoPlayer"/>.</summary>
internal interface IFrameUser
{
    /// <summary>Works on a decoded frame, before its time has come.</summary>
    void Prepare(Image frame);

    /// <summary>Publishes what was prepared: its time has come.</summary>
    void Publish(IStreamOutput output, PlaybackClock clock, long timeNs);
}
