using System.Collections;
using System.Text.RegularExpressions;
using LoopRig.Core;

namespace LoopRig.Rig.Configuration;

/// <summary>
/// Turns a parsed file into configuration objects, and refuses what it does not understand: an unknown or missing key, a value of the wrong type, a number
/// out of its range. Each error names file, line and key, and what was probably meant.
/// </summary>
internal sealed class ConfigBinder(string file, bool filesMustExist)
{
    private const string KindKey = "kind";

    private readonly ConfigPaths _paths = new(file, filesMustExist);

    /// <summary>Builds the object that the node describes.</summary>
    /// <exception cref="RigConfigException">A key is unknown, missing, of the wrong type or out of its range.</exception>
    /// <exception cref="NotReadyException">A variable names a place that is absent.</exception>
    public object BindObject(Type type, ConfigNode node, string path)
    {
        if (node.Kind != ConfigNodeKind.Object)
        {
            throw Error(node.Line, path, $"an object {{...}} belongs here, not {node.Words}");
        }
        var kinds = ConfigProperty.KindsOf(type);
        if (kinds.Length > 0)
        {
            type = ChooseKind(kinds, node, path);
        }
        var properties = ConfigProperty.Of(type);
        var result = Activator.CreateInstance(type)!;
        foreach (var (key, line, value) in node.Members)
        {
            if (kinds.Length > 0 && key == KindKey)
            {
                continue;
            }
            var property = properties.FirstOrDefault(p => p.Key == key)
                ?? throw Error(line, Join(path, key), $"unknown key{Suggestion.For(key, [.. properties.Select(p => p.Key)])}");
            property.Info.SetValue(result, BindValue(property, value, Join(path, key)));
        }
        foreach (var property in properties)
        {
            if (property.InputFile is { } file && property.Info.GetValue(result) is string input && !file.MayBeMade && file.IsFile(input) && Array.TrueForAll(file.UnlessGiven, other => type.GetProperty(other)!.GetValue(result) is null))
            {
                var (key, line, _) = node.Members.First(m => m.Key == property.Key);
                _paths.CheckExists(input, file.OrFolder, line, Join(path, key));
            }
            if (property.Required && !node.Members.Any(m => m.Key == property.Key))
            {
                throw Error(node.Line, Join(path, property.Key), "this key is missing");
            }
        }
        return result;
    }

    private Type ChooseKind((string Kind, Type Type)[] kinds, ConfigNode node, string path)
    {
        var member = node.Members.FirstOrDefault(m => m.Key == KindKey);
        if (member.Value is not { Kind: ConfigNodeKind.Text } chosen)
        {
            throw Error(node.Line, Join(path, KindKey), $"this key is missing: one of {string.Join(", ", kinds.Select(k => k.Kind))}");
        }
        var type = kinds.FirstOrDefault(k => k.Kind == chosen.Text).Type;
        return type ?? throw Error(chosen.Line, Join(path, KindKey), $"there is no kind '{chosen.Text}'{Suggestion.For(chosen.Text, [.. kinds.Select(k => k.Kind)])}");
    }

    private object? BindValue(ConfigProperty property, ConfigNode node, string path)
    {
        if (node.Kind == ConfigNodeKind.Null)
        {
            return property.Nullable ? null : throw Error(node.Line, path, "null has no meaning here; leave the key out for its default");
        }
        if (property.Type.IsArray)
        {
            return BindArray(property, node, path);
        }
        return property.Type.IsGenericType ? BindDictionary(property, node, path) : BindSingle(property, property.Type, node, path);
    }

    private Array BindArray(ConfigProperty property, ConfigNode node, string path)
    {
        if (node.Kind != ConfigNodeKind.Array)
        {
            throw Error(node.Line, path, $"a list [...] belongs here, not {node.Words}");
        }
        if (property.Items is { } items && (node.Elements.Count < items.Minimum || node.Elements.Count > items.Maximum))
        {
            throw Error(node.Line, path, $"{node.Elements.Count} elements; {items.Minimum} to {items.Maximum} are allowed");
        }
        var type = property.Type.GetElementType()!;
        var array = Array.CreateInstance(type, node.Elements.Count);
        for (var i = 0; i < array.Length; i++)
        {
            array.SetValue(BindSingle(property, type, node.Elements[i], $"{path}[{i}]"), i);
        }
        return array;
    }

    private IDictionary BindDictionary(ConfigProperty property, ConfigNode node, string path)
    {
        if (node.Kind != ConfigNodeKind.Object)
        {
            throw Error(node.Line, path, $"an object {{...}} belongs here, not {node.Words}");
        }
        var dictionary = (IDictionary)Activator.CreateInstance(property.Type)!;
        foreach (var (key, _, value) in node.Members)
        {
            dictionary.Add(key, BindSingle(property, property.Type.GetGenericArguments()[1], value, Join(path, key)));
        }
        return dictionary;
    }

    private object BindSingle(ConfigProperty property, Type type, ConfigNode node, string path)
    {
        if (type == typeof(string))
        {
            return BindText(property, node, path);
        }
        if (type == typeof(bool))
        {
            return node.Kind == ConfigNodeKind.Boolean ? node.Boolean : throw Error(node.Line, path, $"true or false belongs here, not {node.Words}");
        }
        if (type.IsEnum)
        {
            return BindEnum(type, node, path);
        }
        return type == typeof(int) || type == typeof(double) ? BindNumber(property, type, node, path) : BindObject(type, node, path);
    }

    private string BindText(ConfigProperty property, ConfigNode node, string path)
    {
        if (node.Kind != ConfigNodeKind.Text)
        {
            throw Error(node.Line, path, $"a text belongs here, not {node.Words}");
        }
        var text = _paths.Expand(node.Text, node.Line, path);
        if (property.Pattern is { } pattern && !Regex.IsMatch(text, $"^(?:{pattern.Expression})$", RegexOptions.CultureInvariant))
        {
            throw Error(node.Line, path, $"\"{text}\" is not {pattern.Words}");
        }
        return property.InputFile is { } file && file.IsFile(text) ? _paths.Absolute(text) : text;
    }

    private object BindEnum(Type type, ConfigNode node, string path)
    {
        var names = ConfigProperty.NamesOf(type);
        var index = node.Kind == ConfigNodeKind.Text ? Array.IndexOf(names, node.Text) : -1;
        return index >= 0
            ? Enum.Parse(type, Enum.GetNames(type)[index])
            : throw Error(node.Line, path, $"one of {string.Join(", ", names)} belongs here, not {node.Words}");
    }

    private object BindNumber(ConfigProperty property, Type type, ConfigNode node, string path)
    {
        var unit = Suggestion.UnitOf(property.Key) is { } words ? $" of {words}" : "";
        if (node.Kind != ConfigNodeKind.Number)
        {
            throw Error(node.Line, path, $"a number{unit} belongs here, without quotes or unit, not {node.Words}");
        }
        var value = node.Number;
        if (property.Range is { } range && !(value >= range.Minimum && value <= range.Maximum))
        {
            throw Error(node.Line, path, FormattableString.Invariant($"{value} is out of range: a number{unit} from {range.Minimum} to {range.Maximum} belongs here"));
        }
        if (type == typeof(double))
        {
            return value;
        }
        return value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
            ? (int)value
            : throw Error(node.Line, path, FormattableString.Invariant($"a whole number{unit} belongs here, not {value}"));
    }

    private RigConfigException Error(int line, string path, string message) => new($"{file}:{line}", path.Length == 0 ? "(whole file)" : path, message);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
