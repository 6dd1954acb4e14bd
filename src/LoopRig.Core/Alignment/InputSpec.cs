namespace LoopRig.Core;

/// <summary>What one input of a network is.</summary>
public enum InputKind
{
    /// <summary>The mean of a bin's frames, (C,H,W), pixel values divided by 255.</summary>
    Image,
    /// <summary>Named behaviour variables, in the variable's own unit.</summary>
    Vector,
}

/// <summary>
/// One input of a network, as the network declares it and stores it in its file. The assembler hands the network
/// <c>(x - Mean) / Std</c>; what trained with these statistics runs live with them.
/// </summary>
public sealed record InputSpec
{
    /// <summary>The input's name: <c>image</c>, <c>behaviour</c>, <c>shifter</c>, <c>pupil_centre</c> ...</summary>
    public required string Name { get; init; }
    /// <summary>What it is.</summary>
    public required InputKind Kind { get; init; }
    /// <summary>Of an image: colour channels.</summary>
    public int Channels { get; init; } = 1;
    /// <summary>Of an image: rows.</summary>
    public int Height { get; init; }
    /// <summary>Of an image: columns.</summary>
    public int Width { get; init; }
    /// <summary>
    /// Of a vector: its elements in order. <c>pitch</c> is the bin's mean, <c>pitch'</c> its first difference from the bin before, <c>speed*pitch</c> a product.
    /// </summary>
    public string[] Variables { get; init; } = [];
    /// <summary>Subtracted: one value for an image, one a variable for a vector; empty is 0. Images in 0..1.</summary>
    public float[] Mean { get; init; } = [];
    /// <summary>Divided by: as <see cref="Mean"/>; empty is 1.</summary>
    public float[] Std { get; init; } = [];

    /// <summary>Elements of the input.</summary>
    public int Length => Kind == InputKind.Image ? Channels * Height * Width : Variables.Length;

    /// <summary>All products <c>a*b</c> of different variables, in the order i &lt; j, appended to the variables: the "x" sets of Xu et al. 2023.</summary>
    public static string[] WithProducts(IReadOnlyList<string> variables)
    {
        var all = new List<string>(variables);
        for (var i = 0; i < variables.Count; i++)
        {
            for (var j = i + 1; j < variables.Count; j++)
            {
                all.Add($"{variables[i]}*{variables[j]}");
            }
        }
        return [.. all];
    }

    /// <summary>How the inputs of data differ from those that a network takes, statistics aside; null where they are the same.</summary>
    /// <param name="network">What the network takes.</param>
    /// <param name="data">What the data hold.</param>
    /// <returns>Both, or the first variable that stands in another's place.</returns>
    public static string? Difference(IReadOnlyList<InputSpec> network, IReadOnlyList<InputSpec> data)
    {
        if (network.Count != data.Count || network.Zip(data).Any(static pair => !pair.First.HasShapeOf(pair.Second)))
        {
            return $"the network takes {Names(network)}, the data hold {Names(data)}";
        }
        foreach (var (mine, other) in network.Zip(data))
        {
            for (var i = 0; i < mine.Variables.Length; i++)
            {
                if (mine.Variables[i] != other.Variables[i])
                {
                    return $"variable {i + 1} of '{mine.Name}' is {mine.Variables[i]} to the network and {other.Variables[i]} in the data";
                }
            }
        }
        return null;
    }

    private bool HasShapeOf(InputSpec other)
        => (Name, Kind, Length) == (other.Name, other.Kind, other.Length) && (Kind != InputKind.Image || (Channels, Height, Width) == (other.Channels, other.Height, other.Width));

    private static string Names(IReadOnlyList<InputSpec> inputs)
        => string.Join(", ", inputs.Select(static input => input.Kind == InputKind.Image ? $"{input.Name} ({input.Channels}x{input.Height}x{input.Width})" : $"{input.Name} ({input.Length})"));

    /// <summary>Checks lengths and signs.</summary>
    /// <exception cref="NetworkException">A size is not positive, or the statistics do not fit.</exception>
    public void Validate()
    {
        if (Length <= 0)
        {
            throw new NetworkException($"input {Name}: it has no elements");
        }
        var expected = Kind == InputKind.Image ? 1 : Variables.Length;
        if ((Mean.Length != 0 && Mean.Length != expected) || (Std.Length != 0 && Std.Length != expected))
        {
            throw new NetworkException($"input {Name}: {Mean.Length} means and {Std.Length} standard deviations for {expected} elements");
        }
        foreach (var std in Std)
        {
            if (!(std > 0))
            {
                throw new NetworkException($"input {Name}: a standard deviation of {std} cannot divide");
            }
        }
    }
}
