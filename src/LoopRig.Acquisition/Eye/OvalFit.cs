namespace LoopRig.Acquisition;

/// <summary>
/// One step of a robust least-squares fit of an <see cref="Oval"/>: Gauss-Newton on the distances along the normals, d = n . dc + n' dS u, with Tukey's
/// biweight, which gives points beyond its width no weight at all.
/// </summary>
internal sealed class OvalFit
{
    private const int Unknowns = 5;
    private const double Ridge = 1e-3; // what no point determines, an arc hidden by the lid, stays as it is

    private readonly NormalEquations _equations = new(Unknowns);

    internal void Begin() => _equations.Clear();

    internal void Add(in Oval oval, double x, double y, double width)
    {
        double distance = oval.Distance(x, y, out double ux, out double uy, out double nx, out double ny);
        double t = distance / width;
        if (Math.Abs(t) < 1) _equations.Add([nx, ny, nx * ux, (nx * uy) + (ny * ux), ny * uy], distance, (1 - (t * t)) * (1 - (t * t)));
    }

    /// <summary>Moves the oval; false when the points do not determine it.</summary>
    internal bool TryMove(ref Oval oval)
    {
        Span<double> step = stackalloc double[Unknowns];
        if (_equations.Weight < Unknowns || !_equations.TrySolve(step, Ridge)) return false;
        oval.X += step[0];
        oval.Y += step[1];
        oval.Sxx += step[2];
        oval.Sxy += step[3];
        oval.Syy += step[4];
        (double major, double minor) = oval.Axes;
        return double.IsFinite(major) && minor > 0.5;
    }
}
