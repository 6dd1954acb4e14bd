using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Body;
using LoopRig.Simulation.EyeVideo;

namespace LoopRig.Simulation.Sensors;

/// <summary>The camera that films the right eye, and beside each of its frames the truth about it.</summary>
internal sealed class EyeCamera : Sensor
{
    /// <summary>The width, px, that <see cref="MouseState.PupilRadius"/> refers to.</summary>
    private const double ReferenceWidth = 160;

    private readonly EyeRenderer _renderer;
    private readonly int _height, _width, _truth;
    private readonly byte[] _frame;
    private readonly float[] _true = new float[8];

    public EyeCamera(int stream, int truth, MouseOptions options, DeviceClock clock) : base(stream, Period(options.EyecamRateHz), clock)
    {
        (_height, _width, _truth) = (options.EyecamHeight, options.EyecamWidth, truth);
        _renderer = new EyeRenderer(new EyeCameraOptions { Width = _width, Height = _height, Seed = options.SessionSeed });
        _frame = new byte[_height * _width];
    }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        var pose = new EyePose(mouse.Theta, mouse.Phi, mouse.PupilRadius * _width / ReferenceWidth, mouse.LidOpening);
        _renderer.Render(pose, Index, _frame);
        Publish(output, Stream, DType.U8, [_height, _width], Shows(startNs), hostNs, _frame);

        PupilOutline outline = _renderer.Projection.Pupil(pose);
        _true[0] = (float)mouse.Theta;
        _true[1] = (float)mouse.Phi;
        _true[2] = (float)mouse.Torsion;
        _true[3] = (float)outline.RadiusPx;
        _true[4] = (float)outline.CentreX;
        _true[5] = (float)outline.CentreY;
        _true[6] = (float)mouse.LidOpening;
        _true[7] = (float)outline.VisibleShare;
        FrameHeader header = FrameHeader.Samples(DType.F32, [_true.Length], startNs + NextNs);
        header.HostTimeNs = hostNs;
        output.Publish(_truth, header, MemoryMarshal.AsBytes(_true.AsSpan()));
        Next();
    }
}
