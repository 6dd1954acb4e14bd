using System.Text.Json.Nodes;

namespace LoopRig.Training;

/// <summary>Where two pieces of JSON part.</summary>
/// <param name="Path">The key, as "training.epochs".</param>
/// <param name="First">What the first says, or "absent".</param>
/// <param name="Second">What the second says, or "absent".</param>
internal sealed record JsonDifference(string Path, string First, string Second)
{
    private const int LongestText = 80;

    /// <summary>The first difference, or null where there is none; the order of keys plays no part.</summary>
    internal static JsonDifference? Between(JsonNode? a, JsonNode? b) => Find("", a, b);

    private static JsonDifference? Find(string path, JsonNode? a, JsonNode? b)
    {
        if (a is JsonObject one && b is JsonObject other)
        {
            return one.Select(static pair => pair.Key).Union(other.Select(static pair => pair.Key))
                .Select(key => Find(path.Length == 0 ? key : $"{path}.{key}", one.ContainsKey(key) ? one[key] ?? "null" : null, other.ContainsKey(key) ? other[key] ?? "null" : null))
                .FirstOrDefault(static difference => difference is not null);
        }
        if (a is JsonArray list && b is JsonArray second && list.Count == second.Count)
            return Enumerable.Range(0, list.Count).Select(i => Find($"{path}[{i}]", list[i], second[i])).FirstOrDefault(static difference => difference is not null);
        return JsonNode.DeepEquals(a, b) ? null : new JsonDifference(path, Text(a), Text(b));
    }

    private static string Text(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "absent";
        return text.Length <= LongestText ? text : text[..LongestText] + " ...";
    }
}
