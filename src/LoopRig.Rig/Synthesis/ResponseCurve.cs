namespace LoopRig.Rig.Synthesis;

/// <summary>A unit's response along one change of an image.</summary>
/// <param name="Name">What changes.</param>
/// <param name="Unit">In what unit.</param>
/// <param name="At">The change, ascending.</param>
/// <param name="Response">The unit's response to each.</param>
internal sealed record ResponseCurve(string Name, string Unit, double[] At, double[] Response)
{
    /// <summary>
    /// Of a contrast sweep: whether the response never falls by more than a thousandth of its range, where it is highest, and the lowest contrast at which it is within a twentieth of that. Of the least
    /// exciting input the same of a response that is to fall: whether it never rises, where it is lowest, and so on. NaN of responses that are no numbers.
    /// </summary>
    /// <param name="least">Whether the input is the least exciting.</param>
    public (bool Monotonic, double AtHighest, double SaturatesAt) Contrast(bool least)
    {
        if (Upright(least) is not { } response)
        {
            return (false, double.NaN, double.NaN);
        }
        double lowest = response.Min(), highest = response.Max();
        var monotonic = true;
        for (var i = 1; i < response.Length; i++)
        {
            monotonic &= response[i] >= response[i - 1] - 1e-3 * (highest - lowest);
        }
        var saturated = Array.FindIndex(response, value => value >= highest - 0.05 * (highest - lowest));
        return (monotonic, At[Array.IndexOf(response, highest)], At[saturated]);
    }

    /// <summary>
    /// Full width at half of the height over the lowest response, about the peak, of curves that fall to both sides; of the least exciting input about the trough of curves that rise to both sides. NaN where
    /// one side does not go so far.
    /// </summary>
    /// <param name="least">Whether the input is the least exciting.</param>
    public double HalfWidth(bool least)
    {
        if (Upright(least) is not { } response)
        {
            return double.NaN;
        }
        var peak = Array.IndexOf(response, response.Max());
        var half = (response.Max() + response.Min()) / 2;
        var (left, right) = (Crossing(peak, -1), Crossing(peak, 1));
        return right - left;

        double Crossing(int from, int way)
        {
            for (var i = from; i + way >= 0 && i + way < At.Length; i += way)
            {
                if (response[i + way] <= half)
                {
                    return At[i] + (At[i + way] - At[i]) * (response[i] - half) / (response[i] - response[i + way]);
                }
            }
            return double.NaN;
        }
    }

    // So that what is sought is up; null: not all are numbers.
    private double[]? Upright(bool least) => !Array.TrueForAll(Response, double.IsFinite) ? null : least ? Array.ConvertAll(Response, static value => -value) : Response;
}
