using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Sensors;

/// <summary>
/// The head's IMU with its orientation filter: pitch, roll, then gyroscope (deg/s) and accelerometer (m/s2) in the head's axes x nose, y left, z top.
/// Samples travel in blocks, each with its own time; a block is ready with its last sample.
/// </summary>
internal sealed class Imu : Sensor
{
    private const int Channels = 8;
    private const double AngleNoiseDeg = 0.3, RateNoise = 0.5, AccelerationNoise = 0.05, Gravity = 9.81;

    private readonly SeededRandom _random;
    private readonly int _block;
    private readonly byte[] _payload;
    private MouseState _before;
    private bool _moving;
    private int _filled;

    public Imu(int stream, MouseOptions options) : base(stream, Period(options.ImuRateHz))
    {
        _random = new SeededRandom(options.SessionSeed, "imu");
        _block = options.ImuBlock;
        _payload = new byte[_block * (sizeof(long) + Channels * sizeof(float))];
    }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        MemoryMarshal.Cast<byte, long>(_payload.AsSpan(0, _block * sizeof(long)))[_filled] = startNs + NextNs;
        Measure(mouse, MemoryMarshal.Cast<byte, float>(_payload.AsSpan(_block * sizeof(long))).Slice(_filled * Channels, Channels));
        _before = mouse;
        _moving = true;
        if (++_filled == _block)
        {
            FrameHeader header = FrameHeader.Samples(DType.F32, [_block, Channels], startNs + NextNs);
            header.Flags = FrameFlags.SampleTimes;
            header.HostTimeNs = hostNs;
            output.Publish(Stream, header, _payload);
            _filled = 0;
        }
        NextNs += PeriodNs;
    }

    private void Measure(in MouseState mouse, Span<float> sample)
    {
        (double sinPitch, double cosPitch) = Math.SinCos(mouse.Pitch * Math.PI / 180);
        (double sinRoll, double cosRoll) = Math.SinCos(mouse.Roll * Math.PI / 180);
        // The world's up in the head's axes: carries gravity and the yaw rate.
        double upX = sinPitch, upY = cosPitch * sinRoll, upZ = cosPitch * cosRoll;
        double perSecond = _moving ? RigClock.SecondNs / (double)PeriodNs : 0;
        double yawRate = (mouse.Yaw - _before.Yaw) * perSecond * 180 / Math.PI;
        double pitchRate = (mouse.Pitch - _before.Pitch) * perSecond, rollRate = (mouse.Roll - _before.Roll) * perSecond;
        double push = (mouse.Speed - _before.Speed) * perSecond / 100;
        sample[0] = (float)(mouse.Pitch + _random.Normal(0, AngleNoiseDeg));
        sample[1] = (float)(mouse.Roll + _random.Normal(0, AngleNoiseDeg));
        sample[2] = (float)(yawRate * upX + rollRate + _random.Normal(0, RateNoise));
        sample[3] = (float)(yawRate * upY - pitchRate * cosRoll + _random.Normal(0, RateNoise));
        sample[4] = (float)(yawRate * upZ + pitchRate * sinRoll + _random.Normal(0, RateNoise));
        sample[5] = (float)(Gravity * upX + push + _random.Normal(0, AccelerationNoise));
        sample[6] = (float)(Gravity * upY + _random.Normal(0, AccelerationNoise));
        sample[7] = (float)(Gravity * upZ + _random.Normal(0, AccelerationNoise));
    }
}
