namespace LoopRig.Rig.Synthesis;

/// <summary>A unit's response along one change of an image.</summary>
/// <param name="Name">What changes.</param>
/// <param name="Unit">In what unit.</param>
/// <param name="At">The change, ascending.</param>
/// <param name="Response">The unit's response to each.</param>
internal sealed record ResponseCurve(string Name, string Unit, double[] At, double[] Response)
{
    /// <summary>
    /// Of a contrast sweep: whether the response never falls by more than a thousandth of its range, where it is highest, and the lowest contrast at which it is within a twentieth of that.
    /// </summary>
    public (bool Monotonic, double AtHighest, double SaturatesAt) Contrast()
    {
        double lowest = Response.Min(), highest = Response.Max();
        var monotonic = true;
        for (var i = 1; i < Response.Length; i++)
        {
            monotonic &= Response[i] >= Response[i - 1] - 1e-3 * (highest - lowest);
        }
        var saturated = Array.FindIndex(Response, value => value >= highest - 0.05 * (highest - lowest));
        return (monotonic, At[Array.IndexOf(Response, highest)], At[saturated]);
    }

    /// <summary>Full width at half of the height over the lowest response, about the peak, of curves that fall to both sides; NaN where one side does not fall so far.</summary>
    public double HalfWidth()
    {
        var peak = Array.IndexOf(Response, Response.Max());
        var half = (Response.Max() + Response.Min()) / 2;
        var (left, right) = (Crossing(peak, -1), Crossing(peak, 1));
        return right - left;

        double Crossing(int from, int way)
        {
            for (var i = from; i + way >= 0 && i + way < At.Length; i += way)
            {
                if (Response[i + way] <= half)
                {
                    return At[i] + (At[i + way] - At[i]) * (Response[i] - half) / (Response[i] - Response[i + way]);
                }
            }
            return double.NaN;
        }
    }
}
