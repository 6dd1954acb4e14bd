using LoopRig.Acquisition;

namespace LoopRig.Benchmarks;

/// <summary>How far an estimate of up was from the truth over a trial.</summary>
/// <param name="RmsDeg">Root mean square over the judged samples.</param>
/// <param name="MostDeg">The largest.</param>
/// <param name="Covered">The share of judged samples whose error is below twice the stated standard deviation.</param>
/// <param name="Restarts">How often the filter began anew.</param>
internal readonly record struct TrialError(double RmsDeg, double MostDeg, double Covered, long Restarts)
{
    private const double DegPerRad = 180 / Math.PI;

    public static TrialError Of(ReferenceTrial trial, OrientationOptions options)
    {
        var filter = new OrientationFilter(options);
        var error = Measure(trial, i =>
        {
            filter.Update(trial.TimesNs[i], trial.Rates[i], trial.Accelerations[i]);
            return (filter.Up, filter.Deviation * DegPerRad);
        });
        return error with { Restarts = filter.UpsetRestarts + filter.GapRestarts };
    }

    public static TrialError OfReference(ReferenceTrial trial)
    {
        var filter = new ComplementaryFilter();
        return Measure(trial, i =>
        {
            filter.Update(trial.TimesNs[i], trial.Rates[i], trial.Accelerations[i]);
            return (filter.Up, 0);
        });
    }

    private static TrialError Measure(ReferenceTrial trial, Func<int, (Vector3D Up, double DeviationDeg)> step)
    {
        double squares = 0, most = 0;
        long judged = 0, covered = 0;
        for (var i = 0; i < trial.TimesNs.Length; i++)
        {
            var (up, deviation) = step(i);
            if (!trial.Counts[i])
            {
                continue;
            }
            var error = Vector3D.AngleDeg(up, trial.TrueUp[i]);
            squares += error * error;
            most = Math.Max(most, error);
            judged++;
            covered += error < 2 * deviation ? 1 : 0;
        }
        return new TrialError(Math.Sqrt(squares / judged), most, (double)covered / judged, 0);
    }
}
