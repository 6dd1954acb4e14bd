using LoopRig.Core;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation;

/// <summary>The streams of the digital mouse, in the order of their indices.</summary>
public static class MouseStreams
{
    /// <summary>Frames of the worldcam, U8 (H,W).</summary>
    public const string Worldcam = "worldcam";

    /// <summary>th, phi (deg), eyerad, pupil_x, pupil_y (px).</summary>
    public const string Eye = "eye";

    /// <summary>pitch, roll (deg), gyroscope (deg/s), accelerometer (m/s^2), in blocks.</summary>
    public const string Imu = "imu";

    /// <summary>speed (cm/s).</summary>
    public const string Treadmill = "treadmill";

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

    internal static StreamDescriptor[] Describe(MouseOptions options, IReadOnlyList<UnitTruth> units)
    {
        string[] ids = [.. units.Select(unit => unit.Id)];
        string source = $"digital mouse, seed {options.Seed}, session {options.Session}";
        StreamDescriptor Vector(string name, double rateHz, string[] channels, string[] unitsOfMeasure) => new()
        {
            Name = name,
            Kind = StreamKind.Vector,
            DType = DType.F32,
            Shape = [channels.Length],
            Channels = channels,
            Units = unitsOfMeasure,
            RateHz = rateHz,
            Source = source,
        };
        double binRateHz = (double)RigClock.SecondNs / Cortex.BinNs;
        return
        [
            new StreamDescriptor
            {
                Name = Worldcam, Kind = StreamKind.Image, DType = DType.U8, Shape = [options.WorldcamHeight, options.WorldcamWidth], Units = ["level"],
                RateHz = options.WorldcamRateHz, Source = source,
            },
            Vector(Eye, options.EyeRateHz, [BehaviourVariables.Theta, BehaviourVariables.Phi, BehaviourVariables.PupilRadius, BehaviourVariables.PupilX, BehaviourVariables.PupilY],
                ["deg", "deg", "px", "px", "px"]),
            Vector(Imu, options.ImuRateHz, [BehaviourVariables.Pitch, BehaviourVariables.Roll, "gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z"],
                ["deg", "deg", "deg/s", "deg/s", "deg/s", "m/s^2", "m/s^2", "m/s^2"]),
            Vector(Treadmill, options.TreadmillRateHz, [BehaviourVariables.Speed], ["cm/s"]),
            new StreamDescriptor
            {
                Name = Activity, Kind = StreamKind.Activity, DType = DType.U16, Shape = [ids.Length], Channels = ids, Units = ["count"],
                RateHz = binRateHz, BinNs = Cortex.BinNs, Source = source,
            },
            Vector(TruthExpected, binRateHz, ids, ["count"]) with { BinNs = Cortex.BinNs },
            Vector(TruthDrive, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
            Vector(TruthGain, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
            Vector(TruthOffset, binRateHz, ids, ["1"]) with { BinNs = Cortex.BinNs },
        ];
    }
}
