namespace LoopRig.Native.Wire;

/// <summary>Where a <see cref="StreamPublisher"/> sends.</summary>
public sealed record StreamPublisherOptions
{
    /// <summary>Where subscribers connect: "tcp://*:5601", "tcp://127.0.0.1:*" (any free port), "ipc:///run/x".</summary>
    public required string Endpoint { get; init; }

    /// <summary>Where the recorder listens for every message; null when nothing is recorded.</summary>
    public string? RecorderEndpoint { get; init; }

    /// <summary>How much a subscriber may lag before its messages are dropped, s.</summary>
    public double QueueSeconds { get; init; } = 2;

    /// <summary>How long the recorder may hold a message up before the run stops, ms.</summary>
    public int RecorderPatienceMs { get; init; } = 2000;
}
