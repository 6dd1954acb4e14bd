namespace LoopRig.Acquisition;

/// <summary>A publisher outside the program that speaks the wire format.</summary>
public sealed record WireOptions
{
    /// <summary>The adapter's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it publishes, such as tcp://10.0.0.5:5555.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The streams that are wanted of it.</summary>
    public required string[] Streams { get; init; }

    /// <summary>How long it may take until every stream has sent its descriptor, s.</summary>
    public double PatienceSeconds { get; init; } = 10;
}
