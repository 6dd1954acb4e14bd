namespace LoopRig.Rig.Configuration;

/// <summary>Which socket is where: fixed by the configuration alone, so that processes of one rig find each other without asking.</summary>
public sealed class RigEndpoints
{
    private const int FirstAdapterPort = 10;

    private readonly RigConfig _config;

    /// <summary>Lays out the sockets of a rig.</summary>
    public RigEndpoints(RigConfig config) => _config = config;

    /// <summary>Where predictions are published.</summary>
    public string Predictions => At("predictions", 0);

    /// <summary>Where the recorder takes every adapter's samples.</summary>
    public string Recorder => At("recorder", 1);

    /// <summary>Where a running rig takes requests: another network, the previous one, how it goes.</summary>
    public string Control => At("control", 2);

    /// <summary>Where an adapter publishes inside the rig; a <c>wire</c> adapter publishes again what it takes from outside, so that it is recorded too.</summary>
    public string Adapter(AdapterConfig adapter) => At(adapter.Name, FirstAdapterPort + Array.IndexOf(_config.Adapters, adapter));

    private string At(string name, int port) => _config.Transport.Kind == TransportKind.Tcp
        ? $"tcp://{_config.Transport.Address}:{_config.Transport.Port + port}"
        : $"ipc://{_config.Transport.Folder}/{name}";
}
