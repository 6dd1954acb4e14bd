namespace LoopRig.Recording;

/// <summary>One bin as it ran, with everything needed to run it again.</summary>
public sealed class ReplayBin
{
    internal ReplayBin(RecordedBin bin, IReadOnlyList<MessageEntry>[] messages, MessageEntry? prediction, string? problem)
    {
        Bin = bin;
        Messages = messages;
        Prediction = prediction;
        Problem = problem;
    }

    /// <summary>What the loop did, and the samples it used of each stream.</summary>
    public RecordedBin Bin { get; }

    /// <summary>For each input stream the messages that hold those samples, in the order in which they were merged.</summary>
    public IReadOnlyList<MessageEntry>[] Messages { get; }

    /// <summary>The prediction that went out; null when none did or it was not recorded.</summary>
    public MessageEntry? Prediction { get; }

    /// <summary>Why the bin cannot be made again exactly: a message is lost, or the samples do not add up. Null when all is there.</summary>
    public string? Problem { get; }
}
