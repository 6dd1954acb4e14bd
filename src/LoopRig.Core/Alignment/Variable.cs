namespace LoopRig.Core;

/// <summary>One channel of one stream as an assembler follows it: the value of the last bin that had one, and the difference to the bin before.</summary>
internal sealed class Variable(int stream, int channel)
{
    /// <summary>The stream's index.</summary>
    public int Stream { get; } = stream;
    /// <summary>The channel's index in the stream.</summary>
    public int Channel { get; } = channel;
    /// <summary>The latest valid mean; NaN before the first.</summary>
    public float Value { get; private set; } = float.NaN;
    /// <summary>
    /// <see cref="Value"/> minus the value before it, per bin: 0 at an epoch's start, where there is no past, and 0 while the value is held.
    /// A value that comes back after a gap of n bins gives its difference once, undivided, as a first difference of a held series does.
    /// </summary>
    public float Difference { get; private set; }
    /// <summary>The number of the bin that <see cref="Value"/> comes from.</summary>
    public long SeenBin { get; private set; } = long.MinValue;

    /// <summary>Takes the bin's value if it has one.</summary>
    public void Observe(Bin bin)
    {
        var part = bin.Streams[Stream];
        var value = part.Range.Count > 0 ? part.Values[Channel] : float.NaN;
        if (float.IsNaN(value))
        {
            Difference = 0;
            return;
        }
        Difference = part.NewEpoch || float.IsNaN(Value) ? 0 : value - Value;
        Value = value;
        SeenBin = bin.Index;
    }

    /// <summary>Forgets the past.</summary>
    public void Reset()
    {
        (Value, Difference, SeenBin) = (float.NaN, 0, long.MinValue);
    }
}

/// <summary>Finds the streams and channels that a network's inputs name, and collects what it cannot find for one complete error.</summary>
internal sealed class InputResolver(StreamDescriptor[] streams, IReadOnlyDictionary<string, string> sources)
{
    /// <summary>Stands for the absent second factor of a term that is no product.</summary>
    public const int NoTerm = -1;
    private readonly List<string> _missing = [];

    /// <summary>The index of the stream that feeds an image input.</summary>
    public int Image(InputSpec input)
    {
        var index = sources.TryGetValue(input.Name, out var name)
            ? Array.FindIndex(streams, s => s.Name == name)
            : Array.FindIndex(streams, s => s.Kind == StreamKind.Image && Fits(s, input));
        if (index < 0)
        {
            _missing.Add($"input {input.Name}: no stream {(name is null ? "of images" : $"'{name}'")} with shape ({input.Height},{input.Width}){Available(StreamKind.Image)}");
            return -1;
        }
        if (streams[index].DType != DType.U8 || !Fits(streams[index], input))
        {
            _missing.Add($"input {input.Name}: stream '{streams[index].Name}' has shape ({string.Join(',', streams[index].Shape)}) {streams[index].DType}, the network needs ({input.Height},{input.Width}) of {input.Channels} channel(s), U8");
        }
        return index;
    }

    /// <summary>Two codes a variable: (index in <paramref name="variables"/>) * 2 + 1 if its difference is meant; the second is <see cref="NoTerm"/> unless it is a product.</summary>
    public int[] Terms(InputSpec input, List<Variable> variables)
    {
        var terms = new int[2 * input.Variables.Length];
        for (var i = 0; i < input.Variables.Length; i++)
        {
            var factors = input.Variables[i].Split('*');
            if (factors.Length > 2)
            {
                _missing.Add($"input {input.Name}: '{input.Variables[i]}' has more than two factors");
                continue;
            }
            terms[2 * i] = Code(input, factors[0], variables);
            terms[2 * i + 1] = factors.Length == 2 ? Code(input, factors[1], variables) : NoTerm;
        }
        return terms;
    }

    /// <summary>Raises the one error that names everything that was not found.</summary>
    public void ThrowIfAnyMissing()
    {
        if (_missing.Count > 0)
        {
            throw new NetworkException("the network's inputs do not match the rig's streams:\n  " + string.Join("\n  ", _missing.Distinct()));
        }
    }

    private int Code(InputSpec input, string factor, List<Variable> variables)
    {
        var name = factor.Trim();
        var difference = name.EndsWith('\'');
        name = difference ? name[..^1] : name;
        if (!TryFind(name, out var stream, out var channel))
        {
            var where = sources.TryGetValue(name, out var source) ? $" at '{source}'" : "";
            _missing.Add($"input {input.Name}: no channel '{name}'{where}{Available(StreamKind.Vector)}");
            return 0;
        }
        var index = variables.FindIndex(v => v.Stream == stream && v.Channel == channel);
        if (index < 0)
        {
            index = variables.Count;
            variables.Add(new Variable(stream, channel));
        }
        return index * 2 + (difference ? 1 : 0);
    }

    private bool TryFind(string name, out int stream, out int channel)
    {
        var wantedStream = "";
        if (sources.TryGetValue(name, out var source))
        {
            var dot = source.LastIndexOf('.');
            wantedStream = dot < 0 ? source : source[..dot];
            name = dot < 0 ? name : source[(dot + 1)..];
        }
        for (stream = 0; stream < streams.Length; stream++)
        {
            if (streams[stream].Kind != StreamKind.Vector || (wantedStream.Length > 0 && streams[stream].Name != wantedStream))
            {
                continue;
            }
            channel = Array.IndexOf(streams[stream].Channels, name);
            if (channel >= 0)
            {
                return true;
            }
        }
        channel = -1;
        return false;
    }

    private static bool Fits(StreamDescriptor stream, InputSpec input) =>
        stream.Shape.Length >= 2 && stream.Shape[0] == input.Height && stream.Shape[1] == input.Width
        && (stream.Shape.Length == 2 ? 1 : stream.Shape[2]) == input.Channels;

    private string Available(StreamKind kind)
    {
        var names = streams.Where(s => s.Kind == kind).Select(s => kind == StreamKind.Image ? $"{s.Name} ({string.Join(',', s.Shape)})" : $"{s.Name} [{string.Join(' ', s.Channels)}]");
        return $"; the rig publishes {string.Join(", ", names.DefaultIfEmpty("none"))}";
    }
}
