using Xunit;

namespace LoopRig.Training.Tests;

/// <summary>
/// Checks that nothing which one part reads is read by another: no input of a bin, no activity of a bin, and no stimulus. Counted from the windows as a network
/// reads them, not from the rule that chose them.
/// </summary>
internal static class LeakAssert
{
    internal static void NothingShared(SessionData session, int window)
    {
        DataSplit split = session.Split(window);
        int[][] parts = [split.Fit, split.Validation, split.Test];
        for (int a = 0; a < parts.Length; a++)
        {
            for (int b = a + 1; b < parts.Length; b++)
            {
                Assert.Empty(Inputs(session, parts[a], window).Intersect(Inputs(session, parts[b], window)));
                Assert.Empty(Activity(session, parts[a], window).Intersect(Activity(session, parts[b], window)));
                // For networks that see activity's own time, an input of one part is not the target of another either.
                Assert.Empty(Inputs(session, parts[a], window).Intersect(Activity(session, parts[b], window)));
                Assert.Empty(Activity(session, parts[a], window).Intersect(Inputs(session, parts[b], window)));
                if (session.Data.Repeats is { } repeats)
                    Assert.Empty(Stimuli(repeats, Inputs(session, parts[a], window)).Intersect(Stimuli(repeats, Inputs(session, parts[b], window))));
            }
        }
    }

    private static HashSet<int> Inputs(SessionData session, int[] lasts, int window) => [.. lasts.SelectMany(last => Enumerable.Range(last - window + 1, window))];

    private static HashSet<int> Activity(SessionData session, int[] lasts, int window)
        => [.. lasts.SelectMany(last => Enumerable.Range(last - window + 1 + session.DelayBins, window)).Where(bin => bin < session.Data.Length)];

    private static HashSet<int> Stimuli(IReadOnlyList<int> repeats, HashSet<int> bins) => [.. bins.Select(bin => repeats[bin])];
}
