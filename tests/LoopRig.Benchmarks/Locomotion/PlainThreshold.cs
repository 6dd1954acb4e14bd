namespace LoopRig.Benchmarks;

/// <summary>What one writes first: the difference of the position over 10 ms, and a threshold; stretches less than 100 ms apart are one. Also causal.</summary>
internal static class PlainThreshold
{
    public const string Form = "plain difference of the position over 10 ms with a threshold, stretches closer than 100 ms joined";
    private const double Gap = 0.1;
    private const int Samples = 10;

    public static List<Movement> Movements(ReadOnlySpan<double> timesAndPositions, double cmPerCount, double thresholdCmPerS)
    {
        var movements = new List<Movement>();
        for (var i = Samples; i < timesAndPositions.Length / 2; i++)
        {
            var (time, before) = (timesAndPositions[2 * i], timesAndPositions[2 * (i - Samples)]);
            if (Math.Abs(timesAndPositions[(2 * i) + 1] - timesAndPositions[(2 * (i - Samples)) + 1]) * cmPerCount < thresholdCmPerS * (time - before))
            {
                continue;
            }
            if (movements.Count > 0 && before - movements[^1].Off < Gap)
            {
                movements[^1] = movements[^1] with { Off = time };
            }
            else
            {
                movements.Add(new Movement(before, time));
            }
        }
        return movements;
    }
}
