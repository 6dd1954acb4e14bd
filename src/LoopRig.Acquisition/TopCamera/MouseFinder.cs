using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Chooses among dark regions the one that is the mouse: the right size, compact, near where the mouse was. Until it has been seen to move by half its length,
/// a region that moves counts more than one that does not.
/// </summary>
internal sealed class MouseFinder(double bodyLengthPx)
{
    private const double UsualShare = 0.36;   // of the squared length: an ellipse about half as wide as long
    private const double LeastShare = 0.04;
    private const double MostShare = 0.9;
    private const double ReachLengths = 0.6;  // how far from the last place a mouse is still the same
    private const double LengthsPerSecond = 6;
    private const double MostElongation = 4;  // stretched mice; edges of walls are longer
    private const double AreaGain = 0.05;
    private const double MovedGrey = 15;
    private const double LeastProximity = 1e-3;

    private double _area = UsualShare * bodyLengthPx * bodyLengthPx;
    private double _x;
    private double _y;
    private double _fromX;
    private double _fromY;
    private double _sinceSeenSeconds;
    private bool _seen;

    /// <summary>The smallest region that can be a mouse, px^2.</summary>
    internal double LeastArea => LeastShare * bodyLengthPx * bodyLengthPx;

    /// <summary>The mouse has been seen to move.</summary>
    internal bool IsConfirmed { get; private set; }

    /// <summary>Forgets everything.</summary>
    internal void Begin()
    {
        (_seen, IsConfirmed, _sinceSeenSeconds) = (false, false, 0);
        _area = UsualShare * bodyLengthPx * bodyLengthPx;
    }

    /// <summary>The mouse's region in this frame; its label is 0 when there is none.</summary>
    internal Blob Choose(ReadOnlySpan<Blob> blobs, Image labels, Image picture, Image previous, double elapsedSeconds)
    {
        _sinceSeenSeconds += elapsedSeconds;
        Blob best = default;
        double bestScore = 0;
        foreach (ref readonly Blob blob in blobs)
        {
            if (blob.Area > MostShare * bodyLengthPx * bodyLengthPx) continue;
            double score = Math.Min(blob.Area / _area, _area / blob.Area);
            if (blob.Elongation > MostElongation) score *= 0.1;
            score *= IsConfirmed ? Proximity(blob) : 0.2 + MovedShare(blob.Label, labels, picture, previous);
            if (score > bestScore) (best, bestScore) = (blob, score);
        }

        if (bestScore > LeastProximity) Remember(best);
        else best = default;
        return best;
    }

    private double Proximity(in Blob blob)
    {
        double reach = bodyLengthPx * (ReachLengths + (LengthsPerSecond * _sinceSeenSeconds));
        double dx = blob.X - _x, dy = blob.Y - _y;
        return Math.Exp(-((dx * dx) + (dy * dy)) / (2 * reach * reach)) + LeastProximity;
    }

    private static double MovedShare(byte label, Image labels, Image picture, Image previous)
    {
        ReadOnlySpan<byte> of = labels.Pixels, now = picture.Pixels, before = previous.Pixels;
        int inside = 0, moved = 0;
        for (int i = 0; i < of.Length; i++)
        {
            if (of[i] != label) continue;
            inside++;
            if (Math.Abs(now[i] - before[i]) > MovedGrey) moved++;
        }

        return inside == 0 ? 0 : Math.Min(1, 5.0 * moved / inside); // a walking mouse renews a fifth of itself easily
    }

    private void Remember(in Blob blob)
    {
        double dx = blob.X - _x, dy = blob.Y - _y;
        bool jumped = !_seen || (dx * dx) + (dy * dy) > bodyLengthPx * bodyLengthPx;
        if (jumped) (_fromX, _fromY) = (blob.X, blob.Y);
        (_x, _y, _seen, _sinceSeenSeconds) = (blob.X, blob.Y, true, 0);
        double away = Math.Sqrt(((_x - _fromX) * (_x - _fromX)) + ((_y - _fromY) * (_y - _fromY)));
        IsConfirmed |= away > bodyLengthPx / 2;
        _area += AreaGain * (blob.Area - _area);
    }
}
