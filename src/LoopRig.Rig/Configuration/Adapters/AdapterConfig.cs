using System.Text.Json.Serialization;

namespace LoopRig.Rig.Configuration;

/// <summary>Where an adapter's code runs.</summary>
public enum AdapterProcess
{
    /// <summary>On a thread of the rig's own process.</summary>
    Server,
    /// <summary>In a process of its own, started with <c>run CONFIG --only NAME</c>, perhaps on another computer.</summary>
    Alone,
}

/// <summary>One source of streams. Its <c>kind</c> says which other keys it has.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(VideoConfig), "video")]
[JsonDerivedType(typeof(EyeVideoConfig), "eye-video")]
[JsonDerivedType(typeof(ImuConfig), "imu")]
[JsonDerivedType(typeof(TopCameraConfig), "top-camera")]
[JsonDerivedType(typeof(SamplesConfig), "samples")]
[JsonDerivedType(typeof(TreadmillConfig), "treadmill")]
[JsonDerivedType(typeof(NeuralConfig), "neural")]
[JsonDerivedType(typeof(SimulatedMouseConfig), "simulated-mouse")]
[JsonDerivedType(typeof(SimulatedHeadFixedConfig), "simulated-head-fixed")]
[JsonDerivedType(typeof(WireConfig), "wire")]
[JsonDerivedType(typeof(DisplayConfig), "display")]
public abstract class AdapterConfig
{
    /// <summary>The adapter's name: its streams' names begin with it.</summary>
    [Pattern("[A-Za-z][A-Za-z0-9_-]*", "a letter, then letters, digits, '-' and '_'")]
    public required string Name { get; init; }

    /// <summary>Where it runs: in the rig's process (server) or by itself (alone).</summary>
    public AdapterProcess Process { get; init; } = AdapterProcess.Server;

    /// <summary>What a source begins with that is a stream of another adapter of the rig: <c>stream:NAME</c>.</summary>
    internal const string StreamPrefix = "stream:";

    /// <summary>The stream that the adapter takes; null when its source is a device or file.</summary>
    internal virtual string? SourceStream => null;

    /// <summary>What the path of a device begins with.</summary>
    internal const string DevicePrefix = "/dev/";

    /// <summary>What a source begins with that is a serial device elsewhere: <c>serial:PATH</c>.</summary>
    internal const string SerialPrefix = "serial:";

    /// <summary>The path of the serial device that a source names; null when it is none.</summary>
    protected static string? SerialOf(string source) => source.StartsWith(SerialPrefix, StringComparison.Ordinal) ? source[SerialPrefix.Length..]
        : source.StartsWith(DevicePrefix, StringComparison.Ordinal) ? source : null;

    /// <summary>The stream that a source names; null when it is a device or file.</summary>
    protected static string? StreamOf(string source) => source.StartsWith(StreamPrefix, StringComparison.Ordinal) ? source[StreamPrefix.Length..] : null;

    /// <summary>Faults that are injected into its streams on purpose, to see what the rig does about them; what was injected is recorded as such.</summary>
    [Items(0, 256)]
    public FaultConfig[] Faults { get; init; } = [];
}

/// <summary>How recorded data is played.</summary>
public enum Pace
{
    /// <summary>At the times it was recorded with.</summary>
    RealTime,
    /// <summary>As fast as it can be taken.</summary>
    FullSpeed,
}
