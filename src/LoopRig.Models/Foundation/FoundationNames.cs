using System.Globalization;

namespace LoopRig.Models.Foundation;

/// <summary>The published names: what belongs to a stream ends in its number.</summary>
internal static class FoundationNames
{
    /// <summary>The name that an array has in a network of one stream; null if it belongs to another stream.</summary>
    internal static string? InStream(string name, int stream)
    {
        // The eye's perceptron has one stream of its own: the retina's image is the same for all.
        if (name.StartsWith("perspective.", StringComparison.Ordinal)) return name;
        string[] parts = name.Split('.');
        bool perStream = parts.Length > 1 && parts[^2] is ("weights" or "gains" or "biases" or "scales");
        if (!perStream) return name;
        return parts[^1] == stream.ToString(CultureInfo.InvariantCulture) ? string.Join('.', [.. parts[..^1], "0"]) : null;
    }
}
