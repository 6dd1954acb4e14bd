using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Sensors;

/// <summary>
/// The head's inertial sensor, a small one of silicon: gyroscope (rad/s) with a bias that wanders, accelerometer (m/s2) with gravity and what the animal does
/// to its head, both with white noise, in the head's axes x nose, y left, z top. Samples travel in blocks, each with its own time; a block is
/// ready with its last sample.
/// </summary>
internal sealed class Imu : Sensor
{
    /// <summary>Channels of a sample.</summary>
    public const int Channels = 6;

    // The order of a consumer part's data sheet: 0.005 deg/s and 150 ug per root Hz of bandwidth, a bias of a degree a second that wanders over minutes.
    private const double GyroNoiseRadPerS = 0.005 * Math.PI / 180, AccelerationNoise = 150e-6 * Gravity;
    private const double GyroBiasRadPerS = 1.0 * Math.PI / 180, BiasTimeS = 300, AccelerationBias = 0.05;
    private const double Gravity = 9.80665;

    private readonly SeededRandom _random;
    private readonly double[] _gyroBias = new double[3], _accelerationBias = new double[3];
    private readonly double _gyroNoise, _accelerationNoise, _biasKeep, _biasStep;
    private readonly int _block;
    private readonly byte[] _payload;
    private MouseState _before;
    private long _beforeNs = long.MinValue;
    private int _filled;

    public Imu(int stream, MouseOptions options, DeviceClock clock) : base(stream, Period(options.ImuRateHz), clock)
    {
        _random = new SeededRandom(options.SessionSeed, "imu");
        _block = options.ImuBlock;
        _payload = new byte[_block * (sizeof(long) + Channels * sizeof(float))];
        // White noise of a density has the variance density^2 x half the rate in samples taken at that rate.
        (_gyroNoise, _accelerationNoise) = (GyroNoiseRadPerS * Math.Sqrt(options.ImuRateHz / 2), AccelerationNoise * Math.Sqrt(options.ImuRateHz / 2));
        double share = 1 / (options.ImuRateHz * BiasTimeS);
        (_biasKeep, _biasStep) = (1 - share, GyroBiasRadPerS * Math.Sqrt(2 * share));
        for (int axis = 0; axis < 3; axis++)
            (_gyroBias[axis], _accelerationBias[axis]) = (_random.Normal(0, GyroBiasRadPerS), _random.Normal(0, AccelerationBias));
    }

    public override void Act(Scene scene, long startNs, long hostNs, IStreamOutput output)
    {
        MouseState mouse = scene.Mouse.At(NextNs);
        long deviceNs = Shows(startNs);
        MemoryMarshal.Cast<byte, long>(_payload.AsSpan(0, _block * sizeof(long)))[_filled] = deviceNs;
        Measure(mouse, MemoryMarshal.Cast<byte, float>(_payload.AsSpan(_block * sizeof(long))).Slice(_filled * Channels, Channels));
        (_before, _beforeNs) = (mouse, NextNs);
        if (++_filled == _block)
        {
            Publish(output, Stream, DType.F32, [_block, Channels], deviceNs, hostNs, _payload, FrameFlags.SampleTimes);
            _filled = 0;
        }
        Next();
    }

    // As such sensors do, it reads the mean since its last sample: rates that add up to the turn that was made.
    private void Measure(in MouseState mouse, Span<float> sample)
    {
        double perSecond = _beforeNs == long.MinValue ? 0 : RigClock.SecondNs / (double)(NextNs - _beforeNs);
        double yawRate = (mouse.Yaw - _before.Yaw) * perSecond;
        double pitchRate = (mouse.Pitch - _before.Pitch) * perSecond * Math.PI / 180, rollRate = (mouse.Roll - _before.Roll) * perSecond * Math.PI / 180;
        // Of the head in the world: along the body's heading, to its left on a bend, and up with each stride.
        double ahead = (mouse.Speed - _before.Speed) * perSecond / 100, aside = mouse.Speed * (mouse.Heading - _before.Heading) * perSecond / 100;
        double up = (mouse.LiftRate - _before.LiftRate) * perSecond / 100 + Gravity;
        (double sinTurn, double cosTurn) = Math.SinCos(mouse.Yaw - mouse.Heading);
        double forward = ahead * cosTurn + aside * sinTurn, left = aside * cosTurn - ahead * sinTurn;
        (double sinPitch, double cosPitch) = Math.SinCos(mouse.Pitch * Math.PI / 180);
        (double sinRoll, double cosRoll) = Math.SinCos(mouse.Roll * Math.PI / 180);
        Take(sample, 0, yawRate * sinPitch + rollRate);
        Take(sample, 1, yawRate * cosPitch * sinRoll - pitchRate * cosRoll);
        Take(sample, 2, yawRate * cosPitch * cosRoll + pitchRate * sinRoll);
        double crown = up * cosPitch - forward * sinPitch;      // along the head's top before it rolls
        Take(sample, 3, forward * cosPitch + up * sinPitch);
        Take(sample, 4, left * cosRoll + crown * sinRoll);
        Take(sample, 5, crown * cosRoll - left * sinRoll);
    }

    private void Take(Span<float> sample, int channel, double truth)
    {
        if (channel >= 3)
        {
            sample[channel] = (float)(truth + _accelerationBias[channel - 3] + _random.Normal(0, _accelerationNoise));
            return;
        }
        ref double bias = ref _gyroBias[channel];
        bias = _biasKeep * bias + _random.Normal(0, _biasStep);
        sample[channel] = (float)(truth + bias + _random.Normal(0, _gyroNoise));
    }
}
