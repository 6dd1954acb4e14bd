using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>One simulated device: it samples on its own clockwork and hands each sample over when hardware would have it ready.</summary>
internal abstract class Sensor(int stream, long periodNs, DeviceClock? clock = null)
{
    /// <summary>Index of the stream it publishes.</summary>
    protected int Stream { get; } = stream;

    /// <summary>Time between two events, ns of its clock.</summary>
    protected long PeriodNs { get; } = periodNs;

    /// <summary>How many events there were.</summary>
    protected long Index { get; private set; }

    /// <summary>When it acts next, ns since the start of the simulation.</summary>
    public long NextNs { get; protected set; }

    /// <summary>Acts at <see cref="NextNs"/> and moves it on.</summary>
    /// <param name="scene">The mouse at that time.</param>
    /// <param name="startNs">Rig clock at the start of the simulation.</param>
    /// <param name="hostNs">Host time of what is published; 0 lets the output stamp it.</param>
    /// <param name="output">Takes the sample.</param>
    public abstract void Act(Scene scene, long startNs, long hostNs, IStreamOutput output);

    /// <summary>The period of a device of <paramref name="rateHz"/>, whole nanoseconds.</summary>
    public static long Period(double rateHz) => (long)Math.Round(RigClock.SecondNs / rateHz);

    /// <summary>Moves on to the next event.</summary>
    protected void Next()
    {
        Index++;
        NextNs = clock is null ? Index * PeriodNs : clock.SampleNs(Index, PeriodNs);
    }

    /// <summary>What the device's clock shows now.</summary>
    protected long Shows(long startNs) => clock is null ? startNs + NextNs : clock.Shows(NextNs, startNs);

    /// <summary>Publishes one sample with the device's time of <paramref name="deviceNs"/>.</summary>
    protected void Publish(IStreamOutput output, int stream, DType type, ReadOnlySpan<int> shape, long deviceNs, long hostNs, ReadOnlySpan<byte> payload, FrameFlags flags = FrameFlags.None)
    {
        FrameHeader header = FrameHeader.Samples(type, shape, deviceNs);
        header.Clock = clock?.Id ?? ClockId.Rig;
        header.Flags = flags;
        header.HostTimeNs = hostNs;
        output.Publish(stream, header, payload);
    }
}
