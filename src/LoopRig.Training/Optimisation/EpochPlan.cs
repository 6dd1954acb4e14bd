namespace LoopRig.Training;

/// <summary>The batches of one epoch in their order, from the seed and the epoch alone.</summary>
internal static class EpochPlan
{
    /// <summary>One batch.</summary>
    /// <param name="Session">Of which session.</param>
    /// <param name="Lasts">Last bins of its samples.</param>
    internal readonly record struct Batch(int Session, int[] Lasts);

    /// <summary>
    /// Draws the batches: sessions in a random order, each in proportion to its samples; of each session its samples in a random order, without one twice
    /// before all were drawn. What does not fill a batch is left out: a small one would give noisy batch statistics.
    /// </summary>
    internal static Batch[] Draw(IReadOnlyList<SessionSamples> sessions, TrainingOptions options, int epoch)
    {
        int[] pass = [.. sessions.SelectMany((session, index) => Enumerable.Repeat(index, session.Batches(options.BatchSize)))];
        var plan = new Batch[options.StepsPerEpoch ?? pass.Length];
        Random order = StepRandom.OfEpoch(options.Seed, epoch, -1);
        var stacks = sessions.Select((session, index) => new Stack(session.Fit, options.BatchSize, StepRandom.OfEpoch(options.Seed, epoch, index))).ToArray();
        for (int step = 0; step < plan.Length; step++)
        {
            if (step % pass.Length == 0)
                order.Shuffle(pass);
            int session = pass[step % pass.Length];
            plan[step] = new Batch(session, stacks[session].Take());
        }
        return plan;
    }

    private sealed class Stack(int[] samples, int batchSize, Random random)
    {
        private readonly int[] _order = (int[])samples.Clone();
        private int _taken = int.MaxValue / 2;

        internal int[] Take()
        {
            if (_taken + batchSize > _order.Length)
            {
                random.Shuffle(_order);
                _taken = 0;
            }
            int count = Math.Min(batchSize, _order.Length - _taken);
            _taken += count;
            return _order[(_taken - count).._taken];
        }
    }
}
