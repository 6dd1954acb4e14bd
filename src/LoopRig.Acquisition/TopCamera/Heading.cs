namespace LoopRig.Acquisition;

/// <summary>
/// Which way the mouse faces. The long axis has two ends; the tail and the direction of walking vote for one of them, and the votes add up over frames, so that
/// a step backwards or a hidden tail does not turn the mouse round.
/// </summary>
internal sealed class Heading(double bodyLengthPx)
{
    private const double LeastElongation = 1.2; // a rounder mouse has no axis worth following
    private const double Memory = 0.9;
    private const double TailVote = 1;
    private const double MotionVote = 0.5;
    private const double FullSpeed = 1;         // body lengths a second
    private const double MostEvidence = 8;

    private double _evidence;
    private bool _known;

    /// <summary>Unit vector to the nose, x to the right and y down.</summary>
    internal (double X, double Y) Direction { get; private set; }

    /// <summary>Forgets everything.</summary>
    internal void Begin() => (_known, _evidence) = (false, 0);

    /// <summary>Takes the body of another frame.</summary>
    /// <param name="body">the mouse without its tail</param>
    /// <param name="tail">from the body's centre to the tail's, px; zero where no tail is seen</param>
    /// <param name="velocity">px/s</param>
    internal void Update(in Blob body, (double X, double Y) tail, (double X, double Y) velocity)
    {
        (double X, double Y) axis = body.Axis;
        if (_known && body.Elongation < LeastElongation) axis = Direction;
        if (_known && Dot(axis, Direction) < 0) axis = (-axis.X, -axis.Y);
        double tailLength = Length(tail), speed = Length(velocity);
        double vote = tailLength == 0 ? 0 : -TailVote * Dot(axis, tail) / tailLength;
        if (speed > 0) vote += MotionVote * Math.Min(1, speed / (FullSpeed * bodyLengthPx)) * Dot(axis, velocity) / speed;
        _evidence = Math.Clamp((_known ? Memory * _evidence : 0) + vote, -MostEvidence, MostEvidence);
        if (_evidence < 0)
        {
            axis = (-axis.X, -axis.Y);
            _evidence = -_evidence;
        }

        (Direction, _known) = (axis, true);
    }

    private static double Dot((double X, double Y) a, (double X, double Y) b) => (a.X * b.X) + (a.Y * b.Y);

    private static double Length((double X, double Y) a) => Math.Sqrt(Dot(a, a));
}
