using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Sensors;

/// <summary>The tracker behind the eye camera: eye angles, pupil radius and centre, each with the jitter of a good ellipse fit.</summary>
internal sealed class EyeTracker(int stream, MouseOptions options) : Sensor(stream, Period(options.EyeRateHz))
{
    private const double AngleNoiseDeg = 0.25, RadiusNoisePx = 0.15;
    private const double PixelsPerDegree = 2.2, CentreX = 96, CentreY = 92;
    private readonly SeededRandom _random = new(options.SessionSeed, "eye tracker");
    private readonly float[] _sample = new float[5];

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        double theta = mouse.Theta + _random.Normal(0, AngleNoiseDeg), phi = mouse.Phi + _random.Normal(0, AngleNoiseDeg);
        _sample[0] = (float)theta;
        _sample[1] = (float)phi;
        _sample[2] = (float)(mouse.PupilRadius + _random.Normal(0, RadiusNoisePx));
        _sample[3] = (float)(CentreX + PixelsPerDegree * theta);
        _sample[4] = (float)(CentreY - PixelsPerDegree * phi);
        FrameHeader header = FrameHeader.Samples(DType.F32, [_sample.Length], startNs + NextNs);
        header.HostTimeNs = hostNs;
        output.Publish(Stream, header, MemoryMarshal.AsBytes(_sample.AsSpan()));
        NextNs += PeriodNs;
    }
}
