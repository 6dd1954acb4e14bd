using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LoopRig.Rig.Tests.Configuration;

/// <summary>Checks a document against the keywords of JSON schema that rig.schema.json uses; any other keyword is an error of the checker.</summary>
internal static class SchemaChecker
{
    private static readonly string[] s_silent = ["$schema", "$defs", "title", "description", "default"];

    /// <summary>Everything that is wrong, each with its path; empty where the document is right.</summary>
    public static List<string> Check(JsonNode? value, JsonObject schema, string path = "$")
    {
        var errors = new List<string>();
        foreach (var (keyword, expected) in schema)
        {
            if (!s_silent.Contains(keyword))
            {
                CheckKeyword(value, schema, keyword, expected!, path, errors);
            }
        }
        return errors;
    }

    private static void CheckKeyword(JsonNode? value, JsonObject schema, string keyword, JsonNode expected, string path, List<string> errors)
    {
        switch (keyword)
        {
            case "$ref":
                var root = (JsonObject)schema.Root;
                errors.AddRange(Check(value, root["$defs"]![expected.GetValue<string>().Split('/')[^1]]!.AsObject(), path));
                break;
            case "type" when !IsOfType(value, expected.GetValue<string>()):
                errors.Add($"{path}: not of type {expected}");
                break;
            case "const" when !JsonNode.DeepEquals(value, expected):
                errors.Add($"{path}: not {expected}");
                break;
            case "enum" when !expected.AsArray().Any(e => JsonNode.DeepEquals(value, e)):
                errors.Add($"{path}: none of {expected.ToJsonString()}");
                break;
            case "minimum" when value is JsonValue n && n.GetValueKind() == JsonValueKind.Number && n.GetValue<double>() < expected.GetValue<double>():
                errors.Add($"{path}: below {expected}");
                break;
            case "maximum" when value is JsonValue n && n.GetValueKind() == JsonValueKind.Number && n.GetValue<double>() > expected.GetValue<double>():
                errors.Add($"{path}: above {expected}");
                break;
            case "pattern" when value is JsonValue s && s.GetValueKind() == JsonValueKind.String && !Regex.IsMatch(s.GetValue<string>(), expected.GetValue<string>()):
                errors.Add($"{path}: does not match {expected}");
                break;
            case "minItems" when value is JsonArray array && array.Count < expected.GetValue<int>():
            case "maxItems" when value is JsonArray array2 && array2.Count > expected.GetValue<int>():
                errors.Add($"{path}: {keyword} {expected}");
                break;
            case "required" when value is JsonObject o:
                errors.AddRange(expected.AsArray().Select(k => k!.GetValue<string>()).Where(k => !o.ContainsKey(k)).Select(k => $"{path}: {k} is missing"));
                break;
            case "items" when value is JsonArray array:
                errors.AddRange(array.SelectMany((e, i) => Check(e, expected.AsObject(), $"{path}[{i}]")));
                break;
            case "properties" when value is JsonObject o:
                errors.AddRange(o.Where(m => expected.AsObject().ContainsKey(m.Key)).SelectMany(m => Check(m.Value, expected[m.Key]!.AsObject(), $"{path}.{m.Key}")));
                break;
            case "additionalProperties" when value is JsonObject o:
                var known = schema["properties"]?.AsObject();
                foreach (var (key, member) in o.Where(m => known?.ContainsKey(m.Key) != true))
                {
                    errors.AddRange(expected is JsonObject each ? Check(member, each, $"{path}.{key}") : [$"{path}: unknown key {key}"]);
                }
                break;
            case "oneOf":
                var tries = expected.AsArray().Select(alternative => Check(value, alternative!.AsObject(), path)).ToList();
                if (tries.Count(t => t.Count == 0) != 1)
                {
                    errors.AddRange(tries.MinBy(t => t.Count)!);
                }
                break;
            case "type" or "const" or "enum" or "minimum" or "maximum" or "pattern" or "minItems" or "maxItems" or "required" or "items" or "properties" or "additionalProperties":
                break;
            default:
                throw new NotSupportedException($"the checker does not know the keyword {keyword}");
        }
    }

    private static bool IsOfType(JsonNode? value, string type) => (type, value?.GetValueKind()) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value!.GetValue<double>() % 1 == 0,
        _ => false,
    };
}
