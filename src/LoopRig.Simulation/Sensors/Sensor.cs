using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>One simulated device: it samples on its own clockwork and hands each sample over when hardware would have it ready.</summary>
internal abstract class Sensor(int stream, long periodNs)
{
    /// <summary>Index of the stream it publishes.</summary>
    protected int Stream { get; } = stream;

    /// <summary>Time between two events, ns.</summary>
    protected long PeriodNs { get; } = periodNs;

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
}
