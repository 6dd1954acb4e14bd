namespace LoopRig.Core.Stimuli;

/// <summary>
/// Finds out which flips a photodiode saw, and when. Whole numbers read from the trace (16 odd flips in a row) vote for the offset between the photodiode's
/// clock and the stimulus clock of the flip log; wrong readings scatter over the log, right ones agree. A line is then fitted through all flips that were
/// seen, those that were not are given its times.
/// </summary>
public static class FlipCodeDecoder
{
    private const int BitsOfABlock = 16;
    private const double VoteWidthS = 0.1;
    private const int LeastFlips = 100;
    private const int LeastVotes = 3;
    private const double MostResidualS = 0.034;

    /// <summary>Decodes a trace.</summary>
    /// <param name="trace">The photodiode, evenly sampled, brighter is larger.</param>
    /// <param name="sampleHz">Samples a second of its own clock.</param>
    /// <param name="flipTimesS">The flip log: when each flip was shown, s of the stimulus clock, growing.</param>
    /// <param name="firstFlip">The number of the log's first flip; they count on by 1.</param>
    /// <param name="refreshHz">Flips a second.</param>
    /// <exception cref="LoopRigException">The trace holds no flip code, or not that of this log; the message says what is there instead.</exception>
    public static FlipDecoding Decode(ReadOnlySpan<float> trace, double sampleHz, ReadOnlySpan<double> flipTimesS, long firstFlip, double refreshHz)
    {
        var edges = PhotodiodeEdges.Find(trace, sampleHz, refreshHz);
        if (edges.Count < LeastFlips)
        {
            throw new LoopRigException($"photodiode: {edges.Count} changes of light in {trace.Length / sampleHz:0.0} s are too few for a flip code: the channel is silent, another one, or the patch is not below the photodiode");
        }
        var votes = Votes(edges, flipTimesS, firstFlip, refreshHz);
        var (offset, rate, blocks) = Agree(votes, edges.Count);
        double tolerance = 0.4 / refreshHz;
        var matched = new int[flipTimesS.Length];
        var pairs = new List<(double Stimulus, double Photodiode)>();
        for (var pass = 0; pass < 6; pass++)
        {
            Match(edges, flipTimesS, firstFlip, offset, rate, tolerance, matched);
            pairs.Clear();
            for (var i = 0; i < matched.Length; i++)
            {
                if (matched[i] >= 0)
                {
                    pairs.Add((flipTimesS[i], edges[matched[i]].TimeS));
                }
            }
            if (pairs.Count < LeastFlips)
            {
                throw new LoopRigException($"photodiode: only {pairs.Count} of the log's flips are in the trace; {LeastFlips} are needed");
            }
            (offset, rate) = Line(pairs);
            var (o, r) = (offset, rate);
            // From the median, which the tail of wrong pairs does not move; never below what jitter of a real display is.
            var spread = PhotodiodeEdges.Quantile([.. pairs.Select(p => Math.Abs(p.Photodiode - o - r * p.Stimulus))], 0.5) * 1.4826;
            tolerance = Math.Clamp(5 * spread, 0.001, 0.4 / refreshHz);
        }
        return Collect(edges, flipTimesS, firstFlip, trace.Length / sampleHz, offset, rate, matched, blocks);
    }

    // Each run of 16 odd flips in a row reads as a number, whichever of them it begins with; a sixteenth of these readings begins where a block does.
    private static List<(double Stimulus, double Photodiode)> Votes(List<PhotodiodeEdge> edges, ReadOnlySpan<double> log, long firstFlip, double refreshHz)
    {
        var rises = edges.Where(e => e.Step > 0).ToArray();
        var border = Border(rises);
        var (pair, votes) = (2 / refreshHz, new List<(double, double)>());
        var (number, run) = (0, 0);
        for (var i = 0; i < rises.Length; i++)
        {
            var follows = i > 0 && Math.Abs(rises[i].TimeS - rises[i - 1].TimeS - pair) < 0.15 * pair;
            run = follows ? run + 1 : 1;
            number = number >> 1 | (rises[i].Step < border ? 1 << (BitsOfABlock - 1) : 0);
            if (run < BitsOfABlock)
            {
                continue;
            }
            // The run's last flip is the block's 31st; numbers begin anew after 2^21 flips.
            for (var flip = number * (long)FlipCode.BlockFlips + FlipCode.BlockFlips - 1; flip < firstFlip + log.Length; flip += FlipCode.Period)
            {
                if (flip >= firstFlip)
                {
                    votes.Add((log[(int)(flip - firstFlip)], rises[i].TimeS));
                }
            }
        }
        return votes;
    }

    // Between the steps to gray and those to white.
    private static double Border(PhotodiodeEdge[] rises)
    {
        double[] Steps() => [.. rises.Select(r => r.Step)];
        return (PhotodiodeEdges.Quantile(Steps(), 0.02) + PhotodiodeEdges.Quantile(Steps(), 0.95)) / 2;
    }

    // The offset that most readings share, and the line through those.
    private static (double Offset, double Rate, int Blocks) Agree(List<(double Stimulus, double Photodiode)> votes, int edges)
    {
        var sorted = votes.OrderBy(v => v.Photodiode - v.Stimulus).ToArray();
        int best = 0, from = 0, start = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            while (sorted[i].Photodiode - sorted[i].Stimulus - (sorted[from].Photodiode - sorted[from].Stimulus) > VoteWidthS)
            {
                from++;
            }
            if (i - from + 1 > best)
            {
                (best, start) = (i - from + 1, from);
            }
        }
        if (best < LeastVotes)
        {
            throw new LoopRigException($"photodiode: {edges} changes of light, but no numbers that agree with the flip log: another channel, another session's log, or a trace with gaps");
        }
        var agreeing = sorted.Skip(start).Take(best).ToList();
        // A line needs a stretch of time; over a short one clocks do not part.
        var (offset, rate) = agreeing.Max(v => v.Stimulus) - agreeing.Min(v => v.Stimulus) > 10 ? Line(agreeing) : (agreeing.Average(v => v.Photodiode - v.Stimulus), 1.0);
        return (offset, Math.Abs(rate - 1) < 0.01 ? rate : 1, best);
    }

    // Gives each flip the nearest edge of its direction: odd flips are brighter than the black before them, even ones darker.
    private static void Match(List<PhotodiodeEdge> edges, ReadOnlySpan<double> log, long firstFlip, double offset, double rate, double tolerance, int[] matched)
    {
        var at = 0;
        for (var i = 0; i < log.Length; i++)
        {
            var time = offset + rate * log[i];
            while (at < edges.Count - 1 && edges[at].TimeS < time - tolerance)
            {
                at++;
            }
            matched[i] = -1;
            var brighter = (firstFlip + i & 1) == 1;
            for (var k = at; k < edges.Count && edges[k].TimeS <= time + tolerance; k++)
            {
                var distance = Math.Abs(edges[k].TimeS - time);
                if (edges[k].Step > 0 == brighter && distance <= tolerance && (matched[i] < 0 || distance < Math.Abs(edges[matched[i]].TimeS - time)))
                {
                    matched[i] = k;
                }
            }
        }
    }

    private static (double Offset, double Rate) Line(List<(double Stimulus, double Photodiode)> pairs)
    {
        double mx = pairs.Average(p => p.Stimulus), my = pairs.Average(p => p.Photodiode), sxx = 0, sxy = 0;
        foreach (var (x, y) in pairs)
        {
            (sxx, sxy) = (sxx + (x - mx) * (x - mx), sxy + (x - mx) * (y - my));
        }
        var rate = sxx > 0 ? sxy / sxx : 1;
        return (my - rate * mx, rate);
    }

    private static FlipDecoding Collect(List<PhotodiodeEdge> edges, ReadOnlySpan<double> log, long firstFlip, double traceS, double offset, double rate, int[] matched, int blocks)
    {
        var flips = new List<FlipSighting>();
        var residuals = new List<double>();
        for (var i = 0; i < log.Length; i++)
        {
            var time = offset + rate * log[i];
            if (matched[i] >= 0)
            {
                flips.Add(new FlipSighting(firstFlip + i, edges[matched[i]].TimeS, true, edges[matched[i]].TimeS - time));
                residuals.Add(Math.Abs(edges[matched[i]].TimeS - time));
            }
            else if (time >= 0 && time < traceS)
            {
                flips.Add(new FlipSighting(firstFlip + i, time, false, 0));
            }
        }
        var worst = PhotodiodeEdges.Quantile([.. residuals], 0.999);
        if (worst >= MostResidualS)
        {
            throw new LoopRigException(FormattableString.Invariant($"photodiode: the flips seen lie {worst * 1e3:0} ms from the fitted clock (99.9 % of them closer); {MostResidualS * 1e3:0} ms are allowed"));
        }
        var rms = Math.Sqrt(residuals.Average(r => r * r));
        return new FlipDecoding(offset, rate, [.. flips], residuals.Count, edges.Count - residuals.Count, blocks, rms, worst);
    }
}
