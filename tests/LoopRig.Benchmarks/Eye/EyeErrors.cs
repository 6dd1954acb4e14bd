using System.Text.Json.Nodes;
using LoopRig.Acquisition;

namespace LoopRig.Benchmarks;

/// <summary>
/// Errors against a rendered eye's truth, over frames whose pupil no lid touches. Angles come from a calibration by these frames themselves, and both sides
/// are taken from their means, which is Core's origin. A blink is a pupil of which less than 40 % shows, none one of which more than 70 % does; frames between do not count.
/// </summary>
internal sealed record EyeErrors(double Found, Spread CentrePx, Spread RadiusPercent, Spread ThetaDeg, Spread PhiDeg, double BlinkRecall, double BlinkPrecision, double RadiusRatio)
{
    private const double Closed = 0.4, Open = 0.7, Whole = 0.999;

    public static EyeErrors Of(EyeScript script, PupilObservation[] seen, EyeFrames frames)
    {
        var calibrator = new EyeCalibrator(frames.Width, frames.Height, script.Camera.NoseIsLeft);
        foreach (var eye in seen.Where(eye => eye.Found))
        {
            calibrator.Add(eye);
        }
        var calibrated = calibrator.TryFit(out var fit);
        var whole = Enumerable.Range(0, seen.Length).Where(i => script.Truth[i].VisibleShare > Whole).ToArray();
        var used = whole.Where(i => seen[i].Found).ToArray();
        var angles = used.Select(i => fit.Model.Angles(seen[i].Pupil.CentreX, seen[i].Pupil.CentreY, script.Camera.NoseIsLeft)).ToArray();
        Spread Angle(IEnumerable<double> mine, IEnumerable<double> truth)
        {
            var (a, b) = (mine.ToArray(), truth.ToArray());
            var (meanA, meanB) = (a.Where(double.IsFinite).DefaultIfEmpty().Average(), b.DefaultIfEmpty().Average());
            return calibrated ? Spread.Of([.. a.Zip(b, (x, y) => double.IsNaN(x) ? 90 : Math.Abs(x - meanA - y + meanB))]) : new Spread(90, 90, 90);
        }
        var (hits, missed, falsely) = (0, 0, 0);
        for (var i = 0; i < seen.Length; i++)
        {
            var share = script.Truth[i].VisibleShare;
            hits += share < Closed && seen[i].Blink ? 1 : 0;
            missed += share < Closed && !seen[i].Blink ? 1 : 0;
            falsely += share > Open && seen[i].Blink ? 1 : 0;
        }
        return new EyeErrors(
            (double)used.Length / whole.Length,
            Spread.Of([.. used.Select(i => Math.Sqrt(Math.Pow(seen[i].Pupil.CentreX - script.Truth[i].CentreX, 2) + Math.Pow(seen[i].Pupil.CentreY - script.Truth[i].CentreY, 2)))]),
            Spread.Of([.. used.Select(i => 100 * Math.Abs(seen[i].Pupil.Major / 2 / script.Truth[i].RadiusPx - 1))]),
            Angle(angles.Select(a => a.ThetaDeg), used.Select(i => script.Poses[i].ThetaDeg)),
            Angle(angles.Select(a => a.PhiDeg), used.Select(i => script.Poses[i].PhiDeg)),
            hits + missed > 0 ? (double)hits / (hits + missed) : double.NaN,
            hits + falsely > 0 ? (double)hits / (hits + falsely) : double.NaN,
            calibrated ? fit.Model.RadiusPx / new Simulation.EyeVideo.EyeProjection(script.Camera).Radius : double.NaN);
    }

    public string[] Report(JsonObject json)
    {
        json["found_fraction"] = Result.Round(Found);
        json["centre_px"] = Result.Round(CentrePx.P50);
        json["radius_percent"] = Result.Round(RadiusPercent.P50);
        json["theta_deg"] = Result.Round(ThetaDeg.P50);
        json["phi_deg"] = Result.Round(PhiDeg.P50);
        json["p99"] = new JsonObject
        {
            ["centre_px"] = Result.Round(CentrePx.P99),
            ["radius_percent"] = Result.Round(RadiusPercent.P99),
            ["theta_deg"] = Result.Round(ThetaDeg.P99),
            ["phi_deg"] = Result.Round(PhiDeg.P99),
        };
        json["blink_recall"] = Result.Round(BlinkRecall);
        json["blink_precision"] = Result.Round(BlinkPrecision);
        json["eye_radius_ratio"] = Result.Round(RadiusRatio);
        return
        [
            $"  found {Found:P1} of whole pupils; median error (99th percentile): centre {CentrePx.P50:0.00} ({CentrePx.P99:0.00}) px, radius {RadiusPercent.P50:0.00} ({RadiusPercent.P99:0.00}) %, "
                + $"theta {ThetaDeg.P50:0.00} ({ThetaDeg.P99:0.00}) deg, phi {PhiDeg.P50:0.00} ({PhiDeg.P99:0.00}) deg",
            $"  blinks: recall {BlinkRecall:P1}, precision {BlinkPrecision:P1}; calibrated eye radius {RadiusRatio:0.000} of the true one",
        ];
    }
}
