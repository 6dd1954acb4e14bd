using LoopRig.Core;

namespace LoopRig.Simulation;

/// <summary>Something that converts the times of several devices to the rig clock while their messages arrive: what a <see cref="ClockTrial"/> judges.</summary>
public interface IClockConverter
{
    /// <summary>Takes a message.</summary>
    void Take(int stream, in FrameHeader header, ReadOnlySpan<byte> payload);

    /// <summary>A device time on the rig clock, ns, as it is known now.</summary>
    long ToRig(int stream, long deviceNs);

    /// <summary>The error that it admits, ns; not a number where it admits none.</summary>
    double UncertaintyNs(int stream, long deviceNs);
}
