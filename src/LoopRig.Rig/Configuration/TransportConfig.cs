namespace LoopRig.Rig.Configuration;

/// <summary>Which ZeroMQ transport carries the streams.</summary>
public enum TransportKind
{
    /// <summary>TCP: also between computers.</summary>
    Tcp,
    /// <summary>Unix sockets: this computer alone, somewhat faster.</summary>
    Ipc,
}

/// <summary>Where the sockets are.</summary>
public sealed class TransportConfig
{
    /// <summary>TCP, or Unix sockets.</summary>
    public TransportKind Kind { get; init; } = TransportKind.Tcp;

    /// <summary>Of tcp: the address that the rig binds, 127.0.0.1 for this computer alone, 0.0.0.0 for all its networks.</summary>
    [Pattern(@"[0-9A-Za-z.:\-]+", "an address such as 127.0.0.1")]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Of tcp: the port of the predictions; control, recorder and adapters take the ports after it.</summary>
    [Range(1024, 65000)]
    public int Port { get; init; } = 5560;

    /// <summary>Of ipc: the folder of the sockets, made if absent.</summary>
    [Pattern("/.{0,80}", "an absolute path of at most 80 characters")]
    public string Folder { get; init; } = "/tmp/looprig";
}
