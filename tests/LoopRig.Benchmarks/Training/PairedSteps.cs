namespace LoopRig.Benchmarks;

/// <summary>Steps of seconds, measured one by one in turn: each pair of steps is a block.</summary>
internal static class PairedSteps
{
    /// <summary>Measures <paramref name="ours"/> against <paramref name="reference"/> in pairs of blocks of so many steps, with one block of each to warm up.</summary>
    public static Comparison Measure(ISide ours, ISide reference, int pairs, int steps)
    {
        ISide[] sides = [ours, reference];
        List<double[]>[] times = [[], []];
        var elapsed = new long[steps];
        foreach (var side in sides)
        {
            side.TakeSteps(elapsed);
        }
        for (var pair = 0; pair < pairs; pair++)
        {
            // Who goes first alternates: what changes slowly meets both alike.
            foreach (var side in pair % 2 == 0 ? (int[])[0, 1] : [1, 0])
            {
                sides[side].TakeSteps(elapsed);
                times[side].Add([.. elapsed.Select(ns => ns / 1e6)]);
            }
        }
        return new Comparison(times[0], times[1]);
    }
}
