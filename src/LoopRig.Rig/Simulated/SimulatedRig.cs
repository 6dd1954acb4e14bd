using LoopRig.Rig.Configuration;
using LoopRig.Simulation;

namespace LoopRig.Rig.Simulated;

/// <summary>The digital mouse as a rig has it: its sensors, and the adapters that make gaze, pupil, head angles and speed of them. As rig-configs/sim-freely-moving.json.</summary>
internal static class SimulatedRig
{
    /// <summary>The mouse, first, and the adapters behind its sensors.</summary>
    /// <param name="seed">Which animal.</param>
    /// <param name="session">Which recording of it.</param>
    /// <param name="units">Its neurons.</param>
    /// <param name="encoderPort">Where its encoder appears as a serial device; null: its counts are a stream, as they must be where time is not real.</param>
    /// <param name="calibration">The file of the eye's calibration, written by the first recording and used by the next; null: each calibrates itself.</param>
    /// <param name="worldcam">Rows and columns of the worldcam; null: as a rig has it.</param>
    /// <param name="memorySeconds">How far its cortex looks back at behaviour, s.</param>
    public static AdapterConfig[] Adapters(int seed, int session, int units, string? encoderPort, string? calibration = null, (int Height, int Width)? worldcam = null, double memorySeconds = 0)
    {
        var mouse = new MouseOptions();
        return
        [
            new SimulatedMouseConfig
            {
                Name = "mouse",
                Seed = seed,
                Session = session,
                Units = units,
                BehaviourMemorySeconds = memorySeconds,
                WorldcamHeight = worldcam?.Height ?? mouse.WorldcamHeight,
                WorldcamWidth = worldcam?.Width ?? mouse.WorldcamWidth,
                EncoderPort = encoderPort ?? "",
                // As different as crystals are: some tens of parts per million.
                Clocks =
                [
                    new MouseClockConfig { Device = MouseDevice.Worldcam, OffsetSeconds = 40, DriftPpm = 18 },
                    new MouseClockConfig { Device = MouseDevice.Eyecam, OffsetSeconds = 3000, DriftPpm = -31 },
                    new MouseClockConfig { Device = MouseDevice.Imu, OffsetSeconds = 7.5, DriftPpm = 44 },
                    new MouseClockConfig { Device = MouseDevice.Encoder, OffsetSeconds = 0.2, DriftPpm = -12 },
                ],
            },
            new EyeVideoConfig { Name = "eye", Source = AdapterConfig.StreamPrefix + MouseStreams.Eyecam, Calibration = calibration, DegreesPerPixel = 1.2 },
            new ImuConfig { Name = "head", Source = AdapterConfig.StreamPrefix + MouseStreams.Imu },
            new TreadmillConfig
            {
                Name = "treadmill",
                Source = encoderPort is null ? AdapterConfig.StreamPrefix + MouseStreams.Encoder : AdapterConfig.SerialPrefix + encoderPort,
                CountsPerTurn = mouse.EncoderCountsPerTurn,
                RadiusCm = mouse.WheelRadiusCm,
            },
        ];
    }
}
