namespace LoopRig.Benchmarks;

/// <summary>Measures sides in turn, A B A B ..., in blocks short enough that both see the same state of the machine.</summary>
internal static class InterleavedRun
{
    private const int Blocks = 40;
    private const int LeadIn = 3; // steps of a block that only bring its working set back into the caches
    private const int LeastSteps = 10;
    private const double SlowNs = 20e6; // a step that takes longer brings its working set with it and is measured in blocks of few
    private const int SlowLeadIn = 1;
    private const int SlowSteps = 3;
    private const int MostSteps = 2000;
    private const double BlockNs = 60e6;

    /// <summary>Measures <paramref name="ours"/> against each of <paramref name="references"/>; one comparison each.</summary>
    public static Comparison[] Measure(ISide ours, params ISide[] references)
    {
        ISide[] sides = [ours, .. references];
        var times = sides.Select(_ => new List<double[]>()).ToArray();
        var steps = sides.Select(StepsOfABlock).ToArray();
        var leadIns = steps.Select(count => count == SlowSteps ? SlowLeadIn : LeadIn).ToArray();
        for (var block = 0; block < Blocks; block++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var elapsed = new long[leadIns[side] + steps[side]];
                sides[side].TakeSteps(elapsed);
                times[side].Add([.. elapsed.Skip(leadIns[side]).Select(ns => ns / 1e6)]);
            }
        }
        return [.. times.Skip(1).Select(reference => new Comparison(times[0], reference))];
    }

    private static int StepsOfABlock(ISide side)
    {
        var elapsed = new long[5];
        side.TakeSteps(elapsed);
        if (elapsed.Order().ElementAt(elapsed.Length / 2) > SlowNs)
        {
            return SlowSteps;
        }
        elapsed = new long[30]; // warms up as well
        side.TakeSteps(elapsed);
        side.TakeSteps(elapsed);
        Array.Sort(elapsed);
        return Math.Clamp((int)(BlockNs / Math.Max(1, elapsed[elapsed.Length / 2])), LeastSteps, MostSteps);
    }
}
