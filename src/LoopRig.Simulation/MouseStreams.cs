using LoopRig.Core;
using LoopRig.Simulation.Neurons;
using LoopRig.Simulation.Sensors;

namespace LoopRig.Simulation;

/// <summary>
/// The streams of the digital mouse: what its sensors send, raw as real ones send it, and the truth, all of it on the rig clock and under names of its own, so that
/// no network takes it for a measurement.
/// </summary>
public static class MouseStreams
{
    /// <summary>Frames of the worldcam, U8 (H,W).</summary>
    public const string Worldcam = "worldcam";

    /// <summary>Frames of the camera that films the right eye, U8 (H,W), the nose to the right of the picture.</summary>
    public const string Eyecam = "eyecam";

    /// <summary>gyro_x, gyro_y, gyro_z (rad/s), acc_x, acc_y, acc_z (m/s2) in the head's axes x nose, y left, z top, in blocks.</summary>
    public const string Imu = "imu";

    /// <summary>counts of the treadmill's encoder; absent where the encoder is on a serial line.</summary>
    public const string Encoder = "encoder";

    /// <summary>Spike counts of each unit in bins of 48 ms; the device time is the bin's start.</summary>
    public const string Activity = "activity";

    /// <summary>Ground truth: expected spike counts, spike history included.</summary>
    public const string TruthExpected = "truth-expected";

    /// <summary>Ground truth: visual drive.</summary>
    public const string TruthDrive = "truth-drive";

    /// <summary>Ground truth: multiplicative gain by behaviour.</summary>
    public const string TruthGain = "truth-gain";

    /// <summary>Ground truth: additive drive by behaviour.</summary>
    public const string TruthOffset = "truth-offset";

    /// <summary>Ground truth: position (cm), yaw, pitch, roll (deg), speed (cm/s), way run (cm).</summary>
    public const string TruthPose = "truth-pose";

    /// <summary>Ground truth of each frame of the eye camera, in its order: angles (deg), the pupil's radius and centre (px), how far the lids are open, how much of the pupil they leave free.</summary>
    public const string TruthEye = "truth-eye";

    /// <summary>Ground truth: of each device's clock what it shows beyond the rig clock (ns) and its drift (ppm), once a second.</summary>
    public const string TruthClocks = "truth-clocks";

    internal static StreamDescriptor[] Describe(MouseOptions options, IReadOnlyList<UnitTruth> units, IReadOnlyList<DeviceClock> clocks)
    {
        string[] ids = [.. units.Select(unit => unit.Id)];
        double binRateHz = (double)RigClock.SecondNs / Cortex.BinNs;
        StreamDescriptor Of(string name, StreamKind kind, DType type, int[] shape, double rateHz, string[] channels, string[] units) => new()
        {
            Name = name,
            Kind = kind,
            DType = type,
            Shape = shape,
            Channels = channels,
            Units = units,
            RateHz = rateHz,
            Source = $"digital mouse, seed {options.Seed}, session {options.Session}",
        };
        StreamDescriptor On(MouseDevice device, StreamDescriptor stream)
            => clocks.First(clock => clock.Device == device) is var clock ? stream with { ClockId = clock.Id.Value, Clock = clock.Name } : stream;
        StreamDescriptor Truth(string name, double rateHz, string[] channels, string[] units, DType type = DType.F32)
            => Of(name, StreamKind.Vector, type, [channels.Length], rateHz, channels, units);

        double frames = options.WorldcamInterlaced ? options.WorldcamRateHz / 2 : options.WorldcamRateHz;
        var streams = new List<StreamDescriptor>
        {
            On(MouseDevice.Worldcam, Of(Worldcam, StreamKind.Image, DType.U8, [options.WorldcamHeight, options.WorldcamWidth], frames, [], ["level"])),
            On(MouseDevice.Eyecam, Of(Eyecam, StreamKind.Image, DType.U8, [options.EyecamHeight, options.EyecamWidth], options.EyecamRateHz, [], ["level"])),
            On(MouseDevice.Imu, Of(Imu, StreamKind.Vector, DType.F32, [Sensors.Imu.Channels], options.ImuRateHz,
                ["gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z"], ["rad/s", "rad/s", "rad/s", "m/s2", "m/s2", "m/s2"])),
            Of(Activity, StreamKind.Activity, DType.U16, [ids.Length], binRateHz, ids, ["count"]) with { BinNs = Cortex.BinNs },
            Truth(TruthExpected, binRateHz, ids, ["count"]) with { BinNs = Cortex.BinNs },
            Truth(TruthDrive, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
            Truth(TruthGain, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
            Truth(TruthOffset, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
            Truth(TruthPose, (double)RigClock.SecondNs / PoseTruth.PeriodOfTruthNs,
                ["true_x", "true_y", "true_yaw", "true_pitch", "true_roll", "true_speed", "true_way"], ["cm", "cm", "deg", "deg", "deg", "cm/s", "cm"]),
            Truth(TruthEye, options.EyecamRateHz,
                ["true_th", "true_phi", "true_torsion", "true_eyerad", "true_pupil_x", "true_pupil_y", "true_lid_opening", "true_visible_share"], ["deg", "deg", "deg", "px", "px", "px", "1", "1"]),
            Truth(TruthClocks, 1, [.. clocks.SelectMany(clock => (string[])[$"{Word(clock)}_beyond_rig", $"{Word(clock)}_drift"])], [.. clocks.SelectMany(_ => (string[])["ns", "ppm"])], DType.F64),
        };
        if (options.EncoderPort.Length == 0)
            streams.Add(On(MouseDevice.Encoder, Of(Encoder, StreamKind.Vector, DType.I64, [1], options.EncoderRateHz, ["counts"], ["count"])));
        return [.. streams];
    }

    private static string Word(DeviceClock clock) => clock.Device.ToString().ToLowerInvariant();
}
