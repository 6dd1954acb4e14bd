using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>Reads stimulus files, and refuses what it does not understand.</summary>
internal static class StimulusParser
{
    private const string DataVariable = "${LOOPRIG_DATA}";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static StimulusFile Parse(ReadOnlySpan<byte> utf8, string path, string? dataFolder)
    {
        StimulusFile file;
        try
        {
            file = JsonSerializer.Deserialize<StimulusFile>(utf8, s_json) ?? throw new RigConfigException(path, "(whole file)", "null is no stimulus file");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            var json = e as JsonException;
            throw new RigConfigException($"{path}:{(json?.LineNumber ?? 0) + 1}", Key(json?.Path), Words(e.Message));
        }
        if (file.Stimuli.Count == 0)
        {
            throw new RigConfigException(path, "stimuli", "at least one stimulus belongs here");
        }
        CheckRanges(file, path, "");
        foreach (var name in file.Sequence.Trials ?? [])
        {
            if (!file.Stimuli.ContainsKey(name))
            {
                throw new RigConfigException(path, "sequence.trials", $"there is no stimulus '{name}'; known here: {string.Join(", ", file.Stimuli.Keys)}");
            }
        }
        return file with
        {
            Path = path,
            Monitor = file.Monitor is { Gamma: { Photometer: { } readings } gamma } ? file.Monitor with { Gamma = gamma with { Photometer = Resolve(path, "monitor.gamma.photometer", readings, dataFolder) } } : file.Monitor,
            Stimuli = file.Stimuli.ToDictionary(s => s.Key, s => s.Value.WithFiles(p => Resolve(path, $"stimuli.{s.Key}.{s.Value.Files.First(f => f.Path == p).Key}", p, dataFolder))),
        };
    }

    private static string Resolve(string file, string key, string text, string? dataFolder)
    {
        if (text.Contains(DataVariable, StringComparison.Ordinal))
        {
            text = text.Replace(DataVariable, dataFolder ?? throw new NotReadyException($"{file}: {key}: names {DataVariable}, and there is no such folder"), StringComparison.Ordinal);
        }
        var path = Path.GetFullPath(text, Path.GetDirectoryName(Path.GetFullPath(file))!);
        return File.Exists(path) || Directory.Exists(path) ? path : throw new RigConfigException(file, key, $"there is no file or folder {path}");
    }

    private static void CheckRanges(object value, string path, string key)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.IsDefined(typeof(JsonIgnoreAttribute)) || property.GetValue(value) is not { } content || content is string)
            {
                continue;
            }
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var here = key.Length == 0 ? name : $"{key}.{name}";
            if (property.GetCustomAttribute<WithinAttribute>() is { } range)
            {
                CheckRange(content, range, path, here);
            }
            if (content is Array { Length: 0 })
            {
                throw new RigConfigException(path, here, "an empty list has no meaning here");
            }
            if (content is IDictionary<string, StimulusDescription> stimuli)
            {
                foreach (var (stimulus, description) in stimuli)
                {
                    CheckRanges(description, path, $"{here}.{stimulus}");
                }
            }
            else if (content.GetType() is { IsClass: true, IsArray: false } type && type.Namespace == typeof(StimulusParser).Namespace)
            {
                CheckRanges(content, path, here);
            }
        }
    }

    private static void CheckRange(object content, WithinAttribute range, string path, string key)
    {
        foreach (var number in content as IEnumerable ?? new[] { content })
        {
            var value = Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture);
            if (!(value >= range.Minimum && value <= range.Maximum))
            {
                throw new RigConfigException(path, key, FormattableString.Invariant($"{value} is out of range: a number from {range.Minimum} to {range.Maximum} belongs here"));
            }
        }
    }

    private static string Key(string? path) => path is null or "$" ? "(whole file)" : path.TrimStart('$').TrimStart('.');

    // What the JSON library says, without its types' full names and its own position, which stands in front already.
    private static string Words(string message)
    {
        var text = message.Split(" Path: ")[0].Split(" LineNumber:")[0];
        return text.Replace("LoopRig.Core.Stimuli.", "", StringComparison.Ordinal).Replace(".NET member contained in type", "key of", StringComparison.Ordinal);
    }
}
