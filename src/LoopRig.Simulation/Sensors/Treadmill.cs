using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>Running speed, cm/s.</summary>
internal sealed class Treadmill(int stream, MouseOptions options) : Sensor(stream, Period(options.TreadmillRateHz))
{
    private const double NoiseCmPerS = 0.1;
    private readonly SeededRandom _random = new(options.SessionSeed, "treadmill");
    private readonly float[] _sample = new float[1];

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        _sample[0] = (float)(scene.Mouse.At(NextNs).Speed + _random.Normal(0, NoiseCmPerS));
        FrameHeader header = FrameHeader.Samples(DType.F32, [1], startNs + NextNs);
        header.HostTimeNs = hostNs;
        output.Publish(Stream, header, MemoryMarshal.AsBytes(_sample.AsSpan()));
        NextNs += PeriodNs;
    }
}
