using System.Text.Json.Serialization;

namespace LoopRig.Rig.Configuration;

/// <summary>What turns predictions into stimuli while the session runs. Its <c>kind</c> says which other keys it has. Where a stimulus is named, "gray" is the gray screen.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ThresholdControllerConfig), "threshold")]
[JsonDerivedType(typeof(BehaviourControllerConfig), "behaviour")]
[JsonDerivedType(typeof(NextBestControllerConfig), "next-best")]
public abstract class ControllerConfig
{
    /// <summary>The gray screen, where a stimulus is named.</summary>
    internal const string Gray = "gray";

    /// <summary>The display that it commands, by its adapter's name; absent: the only one there is.</summary>
    public string? Display { get; init; }

    /// <summary>Whether a fallback (see prediction.fallback) may decide anything as if the network had predicted it. Predictions of a network that warms up never do.</summary>
    public bool UseFallbacks { get; init; }

    /// <summary>The stimuli that it names, with their keys.</summary>
    internal abstract IEnumerable<(string Key, string Stimulus)> Stimuli { get; }

    /// <summary>The units that it names, with their keys.</summary>
    internal abstract IEnumerable<(string Key, string Unit)> Units { get; }

    /// <summary>The channels that it looks at, with their keys.</summary>
    internal abstract IEnumerable<(string Key, string Variable)> Variables { get; }
}
