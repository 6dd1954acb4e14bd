using System.Numerics;

namespace LoopRig.Acquisition;

/// <summary>
/// Finds the eye's centre and radius from nothing but the pupils of a recording: a round pupil seen obliquely is an ellipse whose short axis points to the
/// eye's centre, and the flatter the farther away it is (Wallace et al. 2013, doi 10.1038/nature12153).
/// </summary>
/// <remarks>
/// With z = x + iy the pupil's place and e = (1 - (b/a)^2) exp(2i psi), psi the short axis's direction, a pupil on a sphere of centre c and radius R has
/// e = ((z - c) / R)^2, for its distance from c is R sin(alpha) and b/a = cos(alpha). Unlike axes and angles e has no sign to guess and errors of zero mean for a round
/// pupil. It is collected as means over cells of the picture, so that a gaze that is held long weighs no more than others, and c and 1/R^2 are fitted to it by
/// weighted least squares with Tukey's biweight. All of it fits into arrays made at the start.
/// </remarks>
public sealed class EyeCalibrator
{
    private const int Side = 32;              // cells along the picture's larger side
    private const double Surest = 40;         // pupils of a cell after which more add no weight: by then the cell's error is the model's
    private const double SurePupil = 0.7;     // confidence of the pupils whose shape counts
    private const int LeastCells = 10;
    private const int Rounds = 12;
    private const double TukeyWidths = 4.7;
    private const double LeastSpread = 0.004; // ellipticity: errors below this are not believed

    private readonly double _cell;
    private readonly int _columns;
    private readonly Cell[] _cells;
    private readonly double[] _sorted;
    private readonly bool _noseIsLeft;
    private readonly EyeFit _fit = new();

    /// <summary>A calibrator for pictures of one size.</summary>
    public EyeCalibrator(int width, int height, bool noseIsLeft)
    {
        _cell = Math.Max(width, height) / (double)Side;
        _columns = (int)Math.Ceiling(width / _cell) + 1;
        _cells = new Cell[_columns * ((int)Math.Ceiling(height / _cell) + 1)];
        _sorted = new double[_cells.Length];
        _noseIsLeft = noseIsLeft;
    }

    /// <summary>Pupils taken so far whose shape counted.</summary>
    public long Frames { get; private set; }

    /// <summary>Takes the pupil of one frame. Of one that is not sure only the place counts, for the mean gaze.</summary>
    public void Add(in PupilObservation eye)
    {
        double x = eye.Pupil.CentreX, y = eye.Pupil.CentreY, ratio = eye.Pupil.Minor / eye.Pupil.Major;
        int at = ((int)(y / _cell) * _columns) + (int)(x / _cell);
        if (x < 0 || y < 0 || at >= _cells.Length) return;
        ref Cell cell = ref _cells[at];
        cell.Seen++;
        cell.SeenPlace += (new Complex(x, y) - cell.SeenPlace) / cell.Seen;
        if (eye.Confidence < SurePupil) return;
        double twice = 2 * (eye.Pupil.MajorAngleDeg + 90) * Math.PI / 180, flat = 1 - (ratio * ratio);
        cell.Count++;
        cell.Place += (new Complex(x, y) - cell.Place) / cell.Count;
        cell.Shape += (new Complex(flat * Math.Cos(twice), flat * Math.Sin(twice)) - cell.Shape) / cell.Count;
        Frames++;
    }

    /// <summary>Fits what was taken so far; false when that does not determine an eye at all.</summary>
    public bool TryFit(out EyeCalibration calibration)
    {
        calibration = default;
        int cells = 0;
        double weights = 0;
        Complex mean = 0;
        foreach (ref readonly Cell cell in _cells.AsSpan())
        {
            if (cell.Count == 0) continue;
            cells++;
            weights += cell.Count;
            mean += cell.Count * cell.Place;
        }

        if (cells < LeastCells) return false;
        _fit.Reset(mean / weights, _cell * Side);
        if (!Start() || !Improve(out double spread)) return false;
        (double centre, double radius) = _fit.Errors(spread);
        EyeModel model = new(_fit.Centre.Real, _fit.Centre.Imaginary, _fit.Radius, 0, 0);
        (double restX, double restY) = Rest(model);
        calibration = new EyeCalibration(model with { RestX = restX, RestY = restY }, centre, radius, Frames);
        return double.IsFinite(centre + radius + restX + restY);
    }

    /// <summary>How far two models' gazes are apart over the places where pupils were seen, root mean square, deg; 90 where one cannot have the pupil there.</summary>
    public double Disagreement(in EyeModel a, in EyeModel b)
    {
        double sum = 0, count = 0;
        foreach (ref readonly Cell cell in _cells.AsSpan())
        {
            if (cell.Seen == 0) continue;
            double degrees = EyeModel.Difference(a, b, cell.SeenPlace.Real, cell.SeenPlace.Imaginary);
            sum += cell.Seen * (double.IsNaN(degrees) ? 90 * 90 : degrees * degrees);
            count += cell.Seen;
        }

        return Math.Sqrt(sum / count);
    }

    /// <summary>The part of the pupils that a model cannot have: they lie outside its sphere.</summary>
    public double Impossible(in EyeModel model)
    {
        double outside = 0, seen = 0;
        foreach (ref readonly Cell cell in _cells.AsSpan())
        {
            seen += cell.Seen;
            if (double.IsNaN(model.Gaze(cell.SeenPlace.Real, cell.SeenPlace.Imaginary).Z)) outside += cell.Seen;
        }

        return seen > 0 ? outside / seen : 0;
    }

    private bool Start()
    {
        _fit.BeginLinear();
        foreach (ref readonly Cell cell in _cells.AsSpan())
        {
            if (cell.Count > 0) _fit.AddLinear(cell.Place, cell.Shape, Math.Min(cell.Count, Surest));
        }

        return _fit.TryStart();
    }

    private bool Improve(out double spread)
    {
        spread = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int count = 0;
            foreach (ref readonly Cell cell in _cells.AsSpan())
            {
                if (cell.Count > 0) _sorted[count++] = Complex.Abs(_fit.Residual(cell.Place, cell.Shape)) * Math.Sqrt(Math.Min(cell.Count, Surest));
            }

            _sorted.AsSpan(0, count).Sort();
            spread = Math.Max(LeastSpread, _sorted[count / 2] / 1.177); // the median of a two-dimensional Gaussian's length
            _fit.Begin();
            foreach (ref readonly Cell cell in _cells.AsSpan())
            {
                if (cell.Count == 0) continue;
                double weight = Math.Min(cell.Count, Surest), t = Complex.Abs(_fit.Residual(cell.Place, cell.Shape)) * Math.Sqrt(weight) / (TukeyWidths * spread);
                if (t < 1) _fit.Add(cell.Place, cell.Shape, weight * (1 - (t * t)) * (1 - (t * t)));
            }

            if (!_fit.TryMove()) return false;
        }

        return true;
    }

    private (double X, double Y) Rest(in EyeModel model)
    {
        double sumX = 0, sumY = 0, sumZ = 0;
        foreach (ref readonly Cell cell in _cells.AsSpan())
        {
            (double x, double y, double z) = model.Gaze(cell.SeenPlace.Real, cell.SeenPlace.Imaginary);
            if (cell.Seen == 0 || double.IsNaN(z)) continue;
            sumX += cell.Seen * x;
            sumY += cell.Seen * y;
            sumZ += cell.Seen * z;
        }

        double length = Math.Sqrt((sumX * sumX) + (sumY * sumY) + (sumZ * sumZ));
        return ((_noseIsLeft ? -sumX : sumX) / length, -sumY / length);
    }

    private struct Cell
    {
        internal double Seen, Count; // pupils, and those whose shape counts
        internal Complex SeenPlace, Place, Shape;
    }
}
