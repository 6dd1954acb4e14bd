using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>Tells once a second what each device's clock truly shows beyond the rig clock, ns, and its drift.</summary>
internal sealed class ClockTruth(int stream, DeviceClock[] clocks) : Sensor(stream, RigClock.SecondNs)
{
    private readonly double[] _sample = new double[2 * clocks.Length];

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        for (int device = 0; device < clocks.Length; device++)
        {
            _sample[2 * device] = clocks[device].Shows(NextNs, startNs) - (startNs + NextNs);
            _sample[2 * device + 1] = clocks[device].DriftPpm;
        }
        Publish(output, Stream, DType.F64, [_sample.Length], startNs + NextNs, hostNs, MemoryMarshal.AsBytes(_sample.AsSpan()));
        Next();
    }
}
