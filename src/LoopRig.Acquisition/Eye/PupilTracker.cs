using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Finds the pupil in infra-red pictures of an eye, dark or bright, and the corneal reflection nearest to it. In a small copy of the picture it looks for even
/// places in other surroundings, and around each for an outline that steps agree on; that outline is refined on the full picture, below a pixel. The
/// ellipse of the frame before is one more place to look at: it has to win by its own merits in each frame.
/// </summary>
public sealed class PupilTracker
{
    private const double LeastRoundness = 0.5;  // minor over major axis
    private const double LeastStep = 5;         // grey levels
    private const double SizeWeight = 0.25;     // of two equally sure outlines the larger one is the pupil, the smaller a gap between hairs
    private const double Sure = 0.75;           // confidence of an outline that is right if it is found twice
    private const int NoGlint = 256;            // the small picture has no reflections any more
    private const int GoodVotes = EdgeProbe.Directions / 4;

    private readonly PupilTrackerOptions _options;
    private readonly double _minRadius, _maxRadius;
    private readonly int _width, _height, _scale, _sign;
    private readonly SmallPicture _small;
    private readonly PupilSearch _search;
    private readonly EdgeProbe _probe = new();
    private readonly OvalFit _fit = new();
    private readonly OutlineJudge _judge = new();
    private readonly ReflectionFinder _reflections;
    private readonly BlinkDetector _blinks = new();
    private Oval _last;
    private bool _hasLast;

    /// <summary>A tracker for pictures of one size.</summary>
    public PupilTracker(int width, int height, PupilTrackerOptions options)
    {
        (_options, _width, _height) = (options, width, height);
        _minRadius = options.MinRadiusPx > 0 ? options.MinRadiusPx : Math.Max(4, 0.025 * Math.Min(width, height));
        _maxRadius = options.MaxRadiusPx > 0 ? options.MaxRadiusPx : 0.35 * Math.Min(width, height);
        _sign = options.Kind == PupilKind.Dark ? 1 : -1;
        _small = new SmallPicture(width, height);
        _scale = _small.Scale;
        _search = new PupilSearch(_small.Image.Width, _small.Image.Height);
        _reflections = new ReflectionFinder(width, height);
    }

    /// <summary>Forgets the frames before.</summary>
    public void Reset()
    {
        _hasLast = false;
        _blinks.Reset();
    }

    /// <summary>Looks for the pupil in a grey picture of the tracker's size.</summary>
    public PupilObservation Track(ImageView grey)
    {
        _small.Take(grey, invert: _sign < 0);
        Candidate best = default;
        if (_hasLast) Refine(grey, _last, ref best);
        foreach (PupilPlace place in _search.Find(_small.Image, _minRadius / _scale, _maxRadius / _scale))
        {
            if (!TryOutline(place, out Oval outline)) continue;
            outline = outline.Scaled(_scale);
            if (!IsAlike(outline, best)) Refine(grey, outline, ref best);
            else if (best.Confidence >= Sure) break; // found a second time, from another place: the rest are worse places
        }

        bool found = best.Confidence >= _options.MinConfidence;
        bool blink = _blinks.Judge(found, best.Outline, best.Gap);
        found &= !blink;
        _hasLast = found;
        _last = best.Outline;
        Ellipse pupil = best.Confidence > 0 ? best.Outline.ToEllipse() : default;
        (double x, double y) = found ? _reflections.Find(grey, pupil, GlintLevel) : (double.NaN, double.NaN);
        return new PupilObservation(found, pupil, best.Confidence, blink, x, y);
    }

    private int GlintLevel => _options.BrightLevel;

    // In the small picture: from a place to the outline around it.
    private bool TryOutline(in PupilPlace place, out Oval outline)
    {
        outline = Oval.Circle(place.X, place.Y, place.Radius);
        _probe.Look(_small.Image, outline, Math.Max(3, 0.6 * place.Radius), 1, NoGlint, LeastStep);
        if (CircleVote.Best(_probe.Points, 0.5 * place.Radius, 1.7 * place.Radius, out Oval circle) < GoodVotes) return false;
        outline = circle;
        for (int round = 0; round < 2; round++)
        {
            double radius = outline.Axes.Minor, reach = Math.Max(2.5, (round == 0 ? 0.35 : 0.2) * radius);
            _probe.Look(_small.Image, outline, reach, 1, NoGlint, LeastStep);
            if (!Fit(ref outline, Math.Max(1.5, 0.2 * radius), rounds: 2)) return false;
        }

        return true;
    }

    private void Refine(ImageView grey, Oval outline, ref Candidate best)
    {
        if (!IsPossible(outline)) return;
        double radius = outline.Axes.Minor;
        _probe.Look(grey, outline, Math.Max(4, 0.15 * radius), _sign, GlintLevel, LeastStep);
        if (!Fit(ref outline, Math.Max(3, 0.1 * radius), rounds: 2) || !IsPossible(outline)) return;
        double reach = Math.Max(3, 0.06 * radius);
        _probe.Look(grey, outline, reach, _sign, GlintLevel, LeastStep);
        if (!Fit(ref outline, Math.Max(2, 0.05 * radius), rounds: 3) || !IsPossible(outline)) return;

        Verdict verdict = _judge.Judge(grey, outline, _probe.Points, Math.Max(1.5, 0.035 * radius), _sign, GlintLevel, LeastStep);
        double score = verdict.Confidence * Math.Sqrt(verdict.Contrast) * Math.Pow(outline.Axes.Minor, SizeWeight);
        if (score > best.Score) best = new Candidate(outline, verdict.Confidence, verdict.Gap, score);
    }

    // The best so far has come from about here: refining again would give the same.
    private static bool IsAlike(in Oval outline, in Candidate best)
    {
        double size = best.Outline.Axes.Minor, dx = outline.X - best.Outline.X, dy = outline.Y - best.Outline.Y;
        return best.Confidence > 0 && (dx * dx) + (dy * dy) < 0.01 * size * size && Math.Abs(outline.Axes.Minor - size) < 0.1 * size;
    }

    private bool Fit(ref Oval outline, double width, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            _fit.Begin();
            foreach (ref readonly EdgePoint point in _probe.Points)
            {
                if (point.State == EdgeState.Edge) _fit.Add(outline, point.X, point.Y, width);
            }

            if (!_fit.TryMove(ref outline)) return false;
        }

        return true;
    }

    private bool IsPossible(in Oval outline)
    {
        (double major, double minor) = outline.Axes;
        return major >= _minRadius && major <= _maxRadius && minor >= LeastRoundness * major
            && outline.X >= 0 && outline.X < _width && outline.Y >= 0 && outline.Y < _height;
    }

    private readonly record struct Candidate(Oval Outline, double Confidence, double Gap, double Score);
}
