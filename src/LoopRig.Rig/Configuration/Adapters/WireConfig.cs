namespace LoopRig.Rig.Configuration;

/// <summary>A publisher outside the program that speaks the wire format: a camera server, an acquisition system, a Python script.</summary>
public sealed class WireConfig : AdapterConfig
{
    /// <summary>Where it publishes, such as tcp://10.0.0.5:5555.</summary>
    [Pattern("(tcp|ipc)://.+", "an endpoint such as tcp://10.0.0.5:5555")]
    public required string Endpoint { get; init; }

    /// <summary>The streams that are wanted of it; each must have sent its descriptor before the rig is ready.</summary>
    [Items(1, 64)]
    public required string[] Streams { get; init; }

    /// <summary>How long it may take until every stream has sent its descriptor, seconds.</summary>
    [Range(0.1, 3600)]
    public double PatienceSeconds { get; init; } = 10;
}
