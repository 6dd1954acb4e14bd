using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Tests.Configuration;

/// <summary>Makes the JSON schema of the configuration out of its classes: keys, types, ranges, defaults, and each key's sentence from the XML documentation.</summary>
internal sealed partial class SchemaWriter
{
    private readonly JsonObject _shared = [];
    // Stimuli and monitors are described in Core.
    private readonly Dictionary<string, XElement> _documentation = new[] { "LoopRig.Rig.xml", "LoopRig.Core.xml" }
        .SelectMany(file => XDocument.Load(Path.Combine(AppContext.BaseDirectory, file)).Descendants("member")).DistinctBy(m => m.Attribute("name")!.Value).ToDictionary(m => m.Attribute("name")!.Value);

    public static string Write()
    {
        var writer = new SchemaWriter();
        var schema = writer.Object(typeof(RigConfig), null);
        schema["$defs"] = writer._shared;
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "LoopRig rig configuration");
        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private JsonObject Object(Type type, string? kind)
    {
        var defaults = Activator.CreateInstance(type)!;
        var properties = new JsonObject();
        var required = new JsonArray();
        if (kind is not null)
        {
            properties["kind"] = new JsonObject { ["const"] = kind };
            required.Add("kind");
        }
        foreach (var property in ConfigProperty.Of(type))
        {
            properties[property.Key] = Property(property, defaults);
            if (property.Required)
            {
                required.Add(property.Key);
            }
        }
        var schema = new JsonObject { ["description"] = Sentence("T:" + type.FullName), ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }
        return schema;
    }

    private JsonObject Property(ConfigProperty property, object defaults)
    {
        var sentence = Sentence($"P:{property.Info.DeclaringType!.FullName}.{property.Info.Name}");
        JsonObject schema;
        if (property.Type.IsArray)
        {
            schema = new JsonObject { ["type"] = "array", ["items"] = Single(property, property.Type.GetElementType()!) };
            if (property.Items is { } items)
            {
                (schema["minItems"], schema["maxItems"]) = (items.Minimum, items.Maximum);
            }
        }
        else if (property.Type.IsGenericType)
        {
            schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = Single(property, property.Type.GetGenericArguments()[1]) };
        }
        else
        {
            schema = Single(property, property.Type);
            if (!property.Required && Default(property, defaults) is { } value)
            {
                schema["default"] = value;
            }
        }
        schema.Remove("description");
        schema.Insert(0, "description", sentence);
        return schema;
    }

    private JsonObject Single(ConfigProperty property, Type type)
    {
        if (ConfigProperty.KindsOf(type) is { Length: > 0 } kinds)
        {
            return type == typeof(FaultConfig) ? Shared(type, kinds) : new JsonObject { ["oneOf"] = new JsonArray([.. kinds.Select(k => Object(k.Type, k.Kind))]) };
        }
        if (type.IsEnum)
        {
            return new JsonObject { ["enum"] = new JsonArray([.. ConfigProperty.NamesOf(type).Select(n => (JsonNode)n)]) };
        }
        if (type == typeof(string))
        {
            var text = new JsonObject { ["type"] = "string" };
            if (property.Pattern is { } pattern)
            {
                text["pattern"] = $"^(?:{pattern.Expression})$";
            }
            return text;
        }
        if (type == typeof(bool))
        {
            return new JsonObject { ["type"] = "boolean" };
        }
        if (type != typeof(int) && type != typeof(double))
        {
            return Object(type, null);
        }
        var number = new JsonObject { ["type"] = type == typeof(int) ? "integer" : "number" };
        if (property.Range is { } range)
        {
            (number["minimum"], number["maximum"]) = (range.Minimum, range.Maximum);
        }
        return number;
    }

    // What every kind of adapter has is written once.
    private JsonObject Shared(Type type, (string Kind, Type Type)[] kinds)
    {
        if (!_shared.ContainsKey(type.Name))
        {
            _shared[type.Name] = new JsonObject { ["oneOf"] = new JsonArray([.. kinds.Select(k => Object(k.Type, k.Kind))]) };
        }
        return new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" };
    }

    private static JsonNode? Default(ConfigProperty property, object defaults) => property.Info.GetValue(defaults) switch
    {
        Enum value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()),
        bool value => value,
        int value => value,
        double value => value,
        string value => value,
        _ => null,
    };

    private string Sentence(string member)
    {
        Assert.True(_documentation.TryGetValue(member, out var documentation), $"{member} has no documentation");
        var text = string.Concat(documentation.Element("summary")!.Nodes().Select(n => n is XText t ? t.Value : ((XElement)n).Value));
        return Spaces().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
