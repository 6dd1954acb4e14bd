namespace LoopRig.Core;

/// <summary>
/// A line that changes now and then, and a mapping that heads for it without a step: a correction is worked in from the newest point that was used already, at half the
/// speed of time, so that what rises along the line never goes back.
/// </summary>
internal sealed class SmoothLine
{
    private const double SlewRate = 0.5;
    // Larger corrections are taken at once: being right then matters more than the order of two samples.
    private const double MostSlewedNs = 20e6;

    private double _at;
    private double _level;
    // What is left of the correction at the knot; what lies before the knot keeps the slope that it had.
    private double _knotX;
    private double _knotY;
    private double _knotSlope;
    private double _gap;

    /// <summary>The line's slope.</summary>
    public double Slope { get; private set; }

    /// <summary>A line through the origin, without a past.</summary>
    public void Start(double slope) => (_at, _level, Slope, _knotX, _knotY, _knotSlope, _gap) = (0, 0, slope, 0, 0, slope, 0);

    /// <summary>The line itself.</summary>
    public double LineAt(double x) => _level + Slope * (x - _at);

    /// <summary>The mapping.</summary>
    public double At(double x) => x <= _knotX ? _knotY + _knotSlope * (x - _knotX) : LineAt(x) + Left(x);

    /// <summary>What is left of a correction.</summary>
    public double Left(double x) => x <= _knotX ? _gap : Math.Sign(_gap) * Math.Max(0, Math.Abs(_gap) - SlewRate * (x - _knotX));

    /// <summary>Heads for another line.</summary>
    /// <param name="newest">The newest abscissa that was used: what lies before keeps its place.</param>
    /// <param name="at">An abscissa.</param>
    /// <param name="level">The new line there.</param>
    /// <param name="slope">Its slope.</param>
    public void Aim(double newest, double at, double level, double slope)
    {
        var before = At(newest);
        var slopeBefore = newest <= _knotX ? _knotSlope : Slope - (Left(newest) == 0 ? 0 : Math.Sign(_gap) * SlewRate);
        (_at, _level, Slope) = (at, level, slope);
        _gap = before - LineAt(newest);
        if (Math.Abs(_gap) > MostSlewedNs)
        {
            (_gap, slopeBefore) = (0, slope);
        }
        (_knotX, _knotY, _knotSlope) = (newest, LineAt(newest) + _gap, slopeBefore);
    }
}
