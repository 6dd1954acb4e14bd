using LoopRig.Acquisition;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>
/// How well outlines lie on the picture: the mean step across the outline, from 2 px inside to 2 px outside, grey levels. The best single ellipse for all
/// frames, chosen among those that the tracker found, says what an answer is worth that does not look at the picture.
/// </summary>
/// <param name="Tracked">mean over all frames, 0 where nothing was found</param>
/// <param name="Constant">the best constant ellipse's</param>
/// <param name="Limit">0.7 of the tracker's median: a frame below has not passed</param>
/// <param name="TrackedPassed">the part of the frames that passed</param>
/// <param name="ConstantPassed">the same of the constant ellipse</param>
internal sealed record EdgeScore(double Tracked, double Constant, double Limit, double TrackedPassed, double ConstantPassed)
{
    private const int Directions = 72;
    private const double Reach = 2; // px
    private const int Constants = 60;
    private const double LimitShare = 0.7;

    public static EdgeScore Of(EyeFrames frames, PupilObservation[] seen, PupilKind kind)
    {
        var sign = kind == PupilKind.Dark ? 1 : -1;
        var tracked = seen.Select((eye, i) => eye.Found ? Step(frames[i], eye.Pupil, sign) : 0).ToArray();
        var found = seen.Where(eye => eye.Found).ToArray();
        var best = new double[frames.Count];
        for (var c = 0; c < found.Length; c += Math.Max(1, found.Length / Constants))
        {
            var ellipse = found[c].Pupil;
            var scores = Enumerable.Range(0, frames.Count).Select(i => Step(frames[i], ellipse, sign)).ToArray();
            if (scores.Average() > best.Average())
            {
                best = scores;
            }
        }
        var limit = LimitShare * Quantiles.Median(tracked);
        double Passed(double[] scores) => (double)scores.Count(s => s >= limit && s > 0) / scores.Length;
        return new EdgeScore(tracked.Average(), best.Average(), limit, Passed(tracked), Passed(best));
    }

    private static double Step(Image grey, Ellipse ellipse, int sign)
    {
        var (sin, cos) = Math.SinCos(ellipse.AngleDeg * Math.PI / 180);
        var (a, b) = (ellipse.Width / 2, ellipse.Height / 2);
        var sum = 0.0;
        for (var i = 0; i < Directions; i++)
        {
            var (v, u) = Math.SinCos(2 * Math.PI * i / Directions);
            // The point on the outline and its normal, in the ellipse's axes.
            var (nx, ny) = (u / a, v / b);
            var length = Math.Sqrt(nx * nx + ny * ny);
            (nx, ny) = (nx / length, ny / length);
            double At(double reach)
            {
                var (x, y) = (a * u + reach * nx, b * v + reach * ny);
                var column = (int)Math.Round(ellipse.CentreX + x * cos - y * sin);
                var row = (int)Math.Round(ellipse.CentreY + x * sin + y * cos);
                return column < 0 || row < 0 || column >= grey.Width || row >= grey.Height ? double.NaN : grey.Row(row)[column];
            }
            var step = At(Reach) - At(-Reach);
            sum += double.IsNaN(step) ? 0 : sign * step;
        }
        return sum / Directions;
    }
}
