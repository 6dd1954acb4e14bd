using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Sensors;

/// <summary>What no camera or sensor adds its error to: where the animal is, how its head stands and how fast it runs, on the rig clock.</summary>
internal sealed class PoseTruth(int stream) : Sensor(stream, PeriodOfTruthNs)
{
    /// <summary>Twice the body's own step, ns.</summary>
    public const long PeriodOfTruthNs = 2 * Mouse.StepNs;

    private readonly float[] _sample = new float[7];

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        _sample[0] = (float)mouse.X;
        _sample[1] = (float)mouse.Y;
        _sample[2] = (float)(Math.IEEERemainder(mouse.Yaw, 2 * Math.PI) * 180 / Math.PI);
        _sample[3] = (float)mouse.Pitch;
        _sample[4] = (float)mouse.Roll;
        _sample[5] = (float)mouse.Speed;
        _sample[6] = (float)mouse.Distance;
        Publish(output, Stream, DType.F32, [_sample.Length], startNs + NextNs, hostNs, MemoryMarshal.AsBytes(_sample.AsSpan()));
        Next();
    }
}
