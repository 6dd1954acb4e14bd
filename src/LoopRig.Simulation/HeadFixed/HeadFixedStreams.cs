using LoopRig.Core;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>The streams of the head-fixed mouse: activity and its truth under the names of the digital mouse, the pupil as a tracker gives it, the wheel's encoder.</summary>
internal static class HeadFixedStreams
{
    /// <summary>pupil_x, pupil_y, eyerad (px of an eye video of 160 x 120).</summary>
    public const string Pupil = "pupil";

    /// <summary>Ground truth: running speed (cm/s), arousal, the pupil's radius (px).</summary>
    public const string TruthBody = "truth-body";

    // The order of the streams' indices; the electrode array counts on the first five.
    public const int Activity = 0, PupilIndex = 5, EncoderIndex = 6, BodyIndex = 7;

    public static StreamDescriptor[] Describe(HeadFixedOptions options, IEnumerable<ScreenUnit> units)
    {
        string[] ids = [.. units.Select(unit => unit.Unit.Id)];
        const double TickHz = (double)RigClock.SecondNs / Cortex.TickNs, BinHz = (double)RigClock.SecondNs / Cortex.BinNs;
        StreamDescriptor Of(string name, StreamKind kind, DType type, double rateHz, string[] channels, string[] of, long binNs = 0) => new()
        {
            Name = name,
            Kind = kind,
            DType = type,
            Shape = [channels.Length],
            Channels = channels,
            Units = of,
            RateHz = rateHz,
            BinNs = binNs,
            Source = $"head-fixed mouse, seed {options.Seed}, session {options.Session}",
        };
        return
        [
            Of(MouseStreams.Activity, StreamKind.Activity, DType.U16, BinHz, ids, ["count"], Cortex.BinNs),
            Of(MouseStreams.TruthExpected, StreamKind.Vector, DType.F32, BinHz, ids, ["count"], Cortex.BinNs),
            Of(MouseStreams.TruthDrive, StreamKind.Vector, DType.F32, BinHz, ids, ["1"], Cortex.BinNs),
            Of(MouseStreams.TruthGain, StreamKind.Vector, DType.F32, BinHz, ids, ["1"], Cortex.BinNs),
            Of(MouseStreams.TruthOffset, StreamKind.Vector, DType.F32, BinHz, ids, ["1"], Cortex.BinNs),
            Of(Pupil, StreamKind.Vector, DType.F32, TickHz, [BehaviourVariables.PupilX, BehaviourVariables.PupilY, BehaviourVariables.PupilRadius], ["px", "px", "px"]),
            Of(MouseStreams.Encoder, StreamKind.Vector, DType.I64, 2 * TickHz, ["counts"], ["count"]),
            Of(TruthBody, StreamKind.Vector, DType.F32, TickHz, ["true_speed", "true_arousal", "true_eyerad"], ["cm/s", "1", "px"]),
        ];
    }
}
