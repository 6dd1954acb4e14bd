namespace LoopRig.Rig.Configuration;

/// <summary>What a value of a configuration file is.</summary>
internal enum ConfigNodeKind
{
    Object,
    Array,
    Text,
    Number,
    Boolean,
    Null,
}

/// <summary>One value of a configuration file, and where it stands: errors name the line.</summary>
internal sealed class ConfigNode(ConfigNodeKind kind, int line)
{
    public ConfigNodeKind Kind { get; } = kind;

    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Of an object: its keys in the file's order, with the line of each key.</summary>
    public List<(string Key, int Line, ConfigNode Value)> Members { get; } = [];

    /// <summary>Of an array: its elements.</summary>
    public List<ConfigNode> Elements { get; } = [];

    /// <summary>Of a text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of a number.</summary>
    public double Number { get; init; }

    /// <summary>Of a boolean.</summary>
    public bool Boolean { get; init; }

    /// <summary>What the value is, for a message.</summary>
    public string Words => Kind switch
    {
        ConfigNodeKind.Object => "an object {...}",
        ConfigNodeKind.Array => "a list [...]",
        ConfigNodeKind.Text => $"the text \"{Text}\"",
        ConfigNodeKind.Number => FormattableString.Invariant($"the number {Number}"),
        ConfigNodeKind.Boolean => Boolean ? "true" : "false",
        _ => "null",
    };
}
