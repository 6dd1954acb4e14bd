using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Reads the configs of training and sweeps: JSON with comments, in which an unknown, missing or unfitting key is an error that names it.</summary>
public static partial class ConfigJson
{
    private const string DataVariable = "LOOPRIG_DATA";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonDocumentOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads a file.</summary>
    /// <exception cref="RigConfigException">It cannot be read, or a key is unknown, missing or of the wrong type.</exception>
    public static T Read<T>(string path) where T : class
    {
        try
        {
            return Read<T>(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RigConfigException(path, "CONFIG", $"the file cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads JSON that is in memory.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What it is called in errors: a file's path.</param>
    /// <exception cref="RigConfigException">A key is unknown, missing or of the wrong type.</exception>
    public static T Read<T>(string json, string source) where T : class
    {
        try
        {
            T read = JsonSerializer.Deserialize<T>(json, s_json) ?? throw new RigConfigException(source, "(whole file)", "null has no meaning here");
            if (NullInList(JsonNode.Parse(json, documentOptions: s_commented)) is { } place)
                throw new RigConfigException(source, place, "null has no meaning in a list");
            return read;
        }
        catch (JsonException error)
        {
            // A config that was changed in memory is one line, which says nothing of the file's.
            string place = error.LineNumber is { } line && json.Contains('\n', StringComparison.Ordinal) ? $"{source}:{line + 1}" : source;
            throw new RigConfigException(place, KeyOf(error), Words(error.Message));
        }
        catch (NotSupportedException error)
        {
            // A polymorphic object without its "kind".
            throw new RigConfigException(source, "kind", Words(error.Message));
        }
    }

    /// <summary>The config with every default filled in.</summary>
    public static JsonObject Write<T>(T config) where T : class => JsonSerializer.SerializeToNode(config, s_json)!.AsObject();

    /// <summary>A path of a config in its absolute form: ${LOOPRIG_DATA} replaced, relative ones from the config's folder.</summary>
    /// <param name="path">The path as written.</param>
    /// <param name="configFile">The config.</param>
    /// <exception cref="NotReadyException">There is no data folder.</exception>
    public static string Absolute(string path, string configFile)
        => Path.GetFullPath(DataVariablePattern().Replace(path, static _ => DataFolder()), Path.GetDirectoryName(Path.GetFullPath(configFile))!);

    // LOOPRIG_DATA, else ../shared/data beside the checkout.
    private static string DataFolder()
    {
        string? chosen = Environment.GetEnvironmentVariable(DataVariable);
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "LoopRig.sln")))
            at = at.Parent;
        string folder = Path.GetFullPath(string.IsNullOrEmpty(chosen) ? Path.Combine(at?.FullName ?? Environment.CurrentDirectory, "..", "shared", "data") : chosen);
        return Directory.Exists(folder)
            ? folder
            : throw new NotReadyException($"{DataVariable}: there is no folder {folder}{(string.IsNullOrEmpty(chosen) ? " (the default)" : "")}; set {DataVariable} to the folder of the recordings");
    }

    // The serialiser looks at properties, not at what lists hold.
    private static string? NullInList(JsonNode? node) => node switch
    {
        JsonArray list when list.IndexOf(null) is var at and >= 0 => $"{list.GetPath().TrimStart('$', '.')}[{at}]",
        JsonArray list => list.Select(NullInList).FirstOrDefault(static place => place is not null),
        JsonObject parent => parent.Select(static pair => NullInList(pair.Value)).FirstOrDefault(static place => place is not null),
        _ => null,
    };

    private static string KeyOf(JsonException error)
    {
        string path = error.Path is null or "$" ? "" : error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..] : error.Path;
        // The path of a key that is unknown or missing is its parent's; the key stands in the message.
        Match named = QuotedKey().Match(error.Message);
        string key = named.Success ? named.Groups[1].Value : "";
        return key.Length == 0 || path.EndsWith(key, StringComparison.Ordinal) ? (path.Length == 0 ? "(whole file)" : path) : path.Length == 0 ? key : $"{path}.{key}";
    }

    // What the serialiser says speaks of .NET types; what it means is plain.
    private static string Words(string message)
    {
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal)) return "unknown key";
        if (message.Contains("missing required properties", StringComparison.Ordinal)) return "this key is missing";
        if (message.Contains("doesn't allow setting null values", StringComparison.Ordinal)) return "null has no meaning here";
        if (message.StartsWith("Duplicate property", StringComparison.Ordinal)) return "this key stands twice";
        if (message.Contains("must specify a type discriminator", StringComparison.Ordinal)) return "the object's \"kind\" is missing";
        if (message.Contains("unrecognized type discriminator", StringComparison.Ordinal)) return message.Split(" Path:")[0].Replace("Read unrecognized type discriminator id", "there is no kind", StringComparison.Ordinal);
        return message.Split(" Path:")[0];
    }

    [GeneratedRegex(@"\$\{" + DataVariable + @"\}")]
    private static partial Regex DataVariablePattern();

    [GeneratedRegex(@"(?:The JSON property|properties including:|Duplicate property) '([^']*)'")]
    private static partial Regex QuotedKey();
}
