namespace LoopRig.Benchmarks;

/// <summary>One of the two things compared: takes steps and says how long each took.</summary>
internal interface ISide
{
    /// <summary>What is measured, in words for the report.</summary>
    string Form { get; }

    /// <summary>Takes one step for each element of <paramref name="elapsedNs"/>.</summary>
    void TakeSteps(Span<long> elapsedNs);
}
