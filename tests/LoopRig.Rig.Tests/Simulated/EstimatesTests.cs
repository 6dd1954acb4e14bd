using LoopRig.Core;
using LoopRig.Recording;
using LoopRig.Rig.Simulated;
using LoopRig.Simulation;

namespace LoopRig.Rig.Tests.Simulated;

/// <summary>What the rig finds out about the digital mouse from what its sensors send, against the truth in the same session.</summary>
public sealed class EstimatesTests : IDisposable
{
    private const double Seconds = 120, SettleSeconds = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-estimates-").FullName;

    private readonly List<string> _beyond = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Record_TwoMinutesOfTheMouse_EstimatesAgreeWithTheTruth()
    {
        var folder = Path.Combine(_folder, "session");
        SimulatedRecording.Record(SimulatedRig.Adapters(seed: 3, session: 0, units: 2, encoderPort: null), Seconds, folder, _ => { }, TestContext.Current.CancellationToken);
        using var session = new SessionReader(folder);
        var channels = new SessionChannels(session);

        double[] Truth(string stream, string channel, string at, double delayNs = 0) => channels.At(stream, channel, [.. channels.TimesNs(at).Select(t => t - delayNs)]);

        const string Pupil = "eye/pupil", Head = "head/orientation", Treadmill = "treadmill";
        var theta = Truth(MouseStreams.TruthEye, "true_th", Pupil);
        var phi = Truth(MouseStreams.TruthEye, "true_phi", Pupil);
        Check("th", channels.Values(Pupil, "th"), Centred(theta, channels.Values(Pupil, "th")), channels.TimesNs(Pupil), leastCorrelation: 0.97, medianError: 1.0);
        Check("phi", channels.Values(Pupil, "phi"), Centred(phi, channels.Values(Pupil, "phi")), channels.TimesNs(Pupil), leastCorrelation: 0.97, medianError: 1.0);
        Check("eyerad", channels.Values(Pupil, "eyerad"), Truth(MouseStreams.TruthEye, "true_eyerad", Pupil), channels.TimesNs(Pupil), leastCorrelation: 0.97, medianError: 0.8);
        Check("pitch", channels.Values(Head, "pitch"), Truth(MouseStreams.TruthPose, "true_pitch", Head), channels.TimesNs(Head), leastCorrelation: 0.985, medianError: 1.3);
        Check("roll", channels.Values(Head, "roll"), Truth(MouseStreams.TruthPose, "true_roll", Head), channels.TimesNs(Head), leastCorrelation: 0.975, medianError: 1.6);
        Check("speed", channels.Values(Treadmill, "speed"), Truth(MouseStreams.TruthPose, "true_speed", Treadmill, channels.Describe(Treadmill).FilterDelayNs), channels.TimesNs(Treadmill),
            leastCorrelation: 0.998, medianError: 0.05);

        var blinkTruth = channels.Values(MouseStreams.TruthEye, "true_visible_share");
        var unseen = channels.Values(Pupil, "eyerad").Zip(blinkTruth).Count(p => double.IsNaN(p.First) && p.Second > 0.9);
        Assert.InRange(unseen / (double)blinkTruth.Length, 0, 0.15); // the pupil is found where it is to be seen
        Assert.Empty(_beyond);
    }

    private void Check(string name, double[] estimate, double[] truth, double[] timesNs, double leastCorrelation, double medianError)
    {
        Assert.Equal(estimate.Length, truth.Length);
        var pairs = estimate.Zip(truth).Where((p, i) => !double.IsNaN(p.First) && timesNs[i] > timesNs[0] + SettleSeconds * 1e9).ToArray();
        var errors = pairs.Select(p => Math.Abs(p.First - p.Second)).Order().ToArray();
        var correlation = Correlation.Pearson([.. pairs.Select(p => (float)p.First)], [.. pairs.Select(p => (float)p.Second)]);
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
            $"{name,-8} r {correlation:F4}   error median {errors[errors.Length / 2]:F3}  p95 {errors[(int)(0.95 * errors.Length)]:F3}   {pairs.Length} of {estimate.Length} samples"));
        if (!(correlation >= leastCorrelation && errors[errors.Length / 2] <= medianError))
        {
            _beyond.Add(name);
        }
    }

    // Eye angles are relative to the eye's mean position: that of the minute in which the tracker calibrates itself, where it sees the pupil.
    private static double[] Centred(double[] truth, double[] estimate)
    {
        const int Frames = 3600;
        var mean = truth.Take(Frames).Where((_, i) => !double.IsNaN(estimate[i])).Average();
        return [.. truth.Select(v => v - mean)];
    }
}
