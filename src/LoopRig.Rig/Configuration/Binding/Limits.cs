namespace LoopRig.Rig.Configuration;

/// <summary>The range of a number, both ends included; of an array, that of each element.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(double minimum, double maximum) : Attribute
{
    /// <summary>The smallest value allowed.</summary>
    public double Minimum { get; } = minimum;
    /// <summary>The largest value allowed.</summary>
    public double Maximum { get; } = maximum;
}

/// <summary>How many elements an array has, both ends included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int minimum, int maximum) : Attribute
{
    /// <summary>The fewest elements allowed.</summary>
    public int Minimum { get; } = minimum;
    /// <summary>The most elements allowed.</summary>
    public int Maximum { get; } = maximum;
}

/// <summary>The form of a text: the whole of it matches the expression.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string expression, string words) : Attribute
{
    /// <summary>A regular expression without anchors.</summary>
    public string Expression { get; } = expression;
    /// <summary>The same for people.</summary>
    public string Words { get; } = words;
}

/// <summary>The text names a file to read, relative to the configuration's folder, or a URL. A file must exist.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputFileAttribute : Attribute
{
    /// <summary>Properties of the same object of which any that is given lets the file be absent.</summary>
    public string[] UnlessGiven { get; init; } = [];

    /// <summary>Whether it may also be <c>stream:NAME</c>, a stream of another adapter.</summary>
    public bool OrStream { get; init; }

    /// <summary>Whether it may also be a folder.</summary>
    public bool OrFolder { get; init; }

    /// <summary>Whether it may also be <c>serial:PATH</c>, a serial device that does not lie in /dev.</summary>
    public bool OrSerial { get; init; }

    /// <summary>Whether the rig itself makes the file when it is absent.</summary>
    public bool MayBeMade { get; init; }

    /// <summary>Whether a text names a file or URL, and not a stream or a device: whether a device is there, and what else is, its adapter knows best.</summary>
    internal bool IsFile(string text) => !text.StartsWith(AdapterConfig.DevicePrefix, StringComparison.Ordinal)
        && !(OrStream && text.StartsWith(AdapterConfig.StreamPrefix, StringComparison.Ordinal))
        && !(OrSerial && text.StartsWith(AdapterConfig.SerialPrefix, StringComparison.Ordinal));
}
