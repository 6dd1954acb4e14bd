using System.Globalization;
using LoopRig.Core;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Models;

/// <summary>
/// The parameters and buffers of a network under their published names. While the network's parts are built they declare what they need; each
/// declaration is either drawn from the seed, in the order of declaration, or taken from a file's arrays.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private static readonly string[] s_all = [""]; // every name begins so

    private readonly Random? _random;
    private readonly IReadOnlyDictionary<string, NamedArray>? _arrays;
    private readonly OrderedDictionary<string, Tensor> _parameters = [];
    private readonly OrderedDictionary<string, Tensor> _buffers = [];
    private readonly Dictionary<string, ParameterTraits> _traits = [];
    private readonly List<string> _faults = [];
    private readonly IReadOnlyList<ParameterSource> _sources;
    private readonly IReadOnlyList<string> _prefixes;  // of the names that come from the arrays

    private ParameterSet(
        Device device, Random? random = null, IReadOnlyDictionary<string, NamedArray>? arrays = null, IReadOnlyList<string>? prefixes = null, IReadOnlyList<ParameterSource>? sources = null)
    {
        _prefixes = prefixes ?? s_all;
        _sources = sources ?? [];
        Device = device;
        _random = random;
        _arrays = arrays;
    }

    /// <summary>Where parameters and buffers are; counts stay on the CPU.</summary>
    public Device Device { get; }

    /// <summary>What is trained, in the order of declaration; float.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>What is stored but not trained: running statistics and fixed grids.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => _buffers;

    /// <summary>How an optimiser treats each parameter.</summary>
    public IReadOnlyDictionary<string, ParameterTraits> Traits => _traits;

    /// <summary>New parameters, drawn from a seed.</summary>
    public static ParameterSet FromSeed(int seed) => new(Device.Cpu, random: new Random(seed));

    /// <summary>Parameters of a file. The arrays are read while the network is built; the file may be closed afterwards.</summary>
    public static ParameterSet FromArrays(IReadOnlyDictionary<string, NamedArray> arrays) => new(Device.Cpu, arrays: arrays);

    /// <summary>
    /// Parameters of which some come from another network: those whose names begin with one of the prefixes. The others are drawn from the seed. The other
    /// set must live until the new network is built.
    /// </summary>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="from">The other network's parameters.</param>
    /// <param name="prefixes">Beginnings of names, as "core.".</param>
    /// <param name="share">The very same tensors, so that training one network trains the other; else copies as they are now.</param>
    public static ParameterSet Grow(int seed, ParameterSet from, IReadOnlyList<string> prefixes, bool share)
        => Grow(seed, [new ParameterSource(from, prefixes, share)]);

    /// <summary>Parameters of which some come from other networks, each name from the first source that has a prefix of it. The others are drawn from the seed.</summary>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="sources">At least one; the new network is on the device of the first.</param>
    public static ParameterSet Grow(int seed, IReadOnlyList<ParameterSource> sources) => new(sources[0].From.Device, random: new Random(seed), sources: sources);

    /// <summary>
    /// Parameters of which some come from a file: those whose names begin with one of the prefixes. The others are drawn from the seed. The arrays are read
    /// while the network is built.
    /// </summary>
    /// <param name="arrays">The file's.</param>
    /// <param name="prefixes">Beginnings of names, as "core.".</param>
    /// <param name="seed">Of what is drawn.</param>
    public static ParameterSet FromArrays(IReadOnlyDictionary<string, NamedArray> arrays, IReadOnlyList<string> prefixes, int seed)
        => new(Device.Cpu, random: new Random(seed), arrays: arrays, prefixes: prefixes);

    /// <summary>Copies of another set's parameters as they are now, on a device. The other set must live until the new network is built.</summary>
    internal static ParameterSet CopyOf(ParameterSet source, Device device) => new(device, sources: [new ParameterSource(source, s_all, Share: false)]);

    /// <summary>Declares something that is trained.</summary>
    /// <param name="name">The published name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="draw">Draws one element of a new one.</param>
    /// <param name="traits">How an optimiser treats it; null is <see cref="ParameterTraits.Default"/>.</param>
    /// <returns>The tensor; it belongs to this set.</returns>
    internal Tensor Parameter(string name, long[] shape, Func<Random, float> draw, ParameterTraits? traits = null)
    {
        _traits.Add(name, traits ?? ParameterTraits.Default);
        return Declare(_parameters, name, shape, draw);
    }

    /// <summary>Declares something that is stored but not trained, of one initial value.</summary>
    internal Tensor Buffer(string name, long[] shape, float initial) => Declare(_buffers, name, shape, _ => initial);

    /// <summary>Declares something that is stored because the published code stores it, and that a file may leave out. Declared again, it is the same.</summary>
    internal Tensor Constant(string name, long[] shape, float[] values)
    {
        if (_buffers.TryGetValue(name, out Tensor? known)) return known;
        if (SourceOf(name) is not null || (_arrays is not null && _arrays.ContainsKey(name))) return Declare(_buffers, name, shape, static _ => 0);
        using Scope scope = new();
        Tensor constant = scope.Keep(Tensor.FromArray(values, shape).To(Device));
        _buffers.Add(name, constant);
        return constant;
    }

    /// <summary>Declares a count, stored as one 64-bit integer.</summary>
    internal Tensor Counter(string name)
    {
        using Scope scope = new();
        ParameterSource? source = SourceOf(name);
        Tensor? original = null;
        if (source is not null && !source.From._buffers.TryGetValue(name, out original)) _faults.Add($"{name} is missing");
        if (source is { Share: true } && original is not null)
        {
            Tensor shared = scope.Keep(original.Share());
            _buffers.Add(name, shared);
            return shared;
        }
        long value = original?.AsSpan<long>()[0] ?? 0;
        if (InArrays(name))
        {
            if (!_arrays!.TryGetValue(name, out NamedArray? array)) _faults.Add($"{name} is missing");
            else if (array.ByteLength != sizeof(long) || array.Type != ArrayType.I64) _faults.Add($"{name} is {array}, one 64-bit integer is needed");
            else value = BitConverter.ToInt64(array.ReadBytes());
        }
        Tensor counter = scope.Keep(Tensor.FromArray<long>([value], []));
        _buffers.Add(name, counter);
        return counter;
    }

    /// <summary>Ends the building: everything that is missing, superfluous or of another shape is named in one error.</summary>
    /// <param name="source">What the arrays are called in the error: a file's path.</param>
    /// <exception cref="NetworkException">At least one name or shape does not fit.</exception>
    internal void Complete(string source)
    {
        if (_arrays is not null)
        {
            foreach (string name in _arrays.Keys)
                if (!_parameters.ContainsKey(name) && !_buffers.ContainsKey(name)) _faults.Add($"{name} is not of this network");
        }
        if (_faults.Count == 0) return;
        Dispose();
        throw new NetworkException(string.Create(CultureInfo.InvariantCulture, $"{source}: {_faults.Count} arrays do not fit the network:\n  {string.Join("\n  ", _faults)}"));
    }

    /// <summary>Every parameter and buffer as arrays to write; borrowed from this set.</summary>
    internal List<NamedArray> ToArrays()
        => [.. _parameters.Concat(_buffers).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => TensorArrays.FromTensor(pair.Key, pair.Value))];

    /// <summary>Frees every tensor.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _parameters.Values)
            tensor.Dispose();
        foreach (Tensor tensor in _buffers.Values)
            tensor.Dispose();
    }

    private Tensor Declare(OrderedDictionary<string, Tensor> into, string name, long[] shape, Func<Random, float> draw)
    {
        // The set outlives whatever scope the network is built in.
        using Scope scope = new();
        Tensor tensor = scope.Keep(
            SourceOf(name) is { } source ? FromSource(source, name, shape) : Tensor.FromArray(InArrays(name) ? Taken(name, shape) : Drawn(shape, draw), shape).To(Device));
        into.Add(name, tensor);
        return tensor;
    }

    private bool InArrays(string name) => _arrays is not null && Begins(name, _prefixes);

    private ParameterSource? SourceOf(string name) => _sources.FirstOrDefault(source => Begins(name, source.Prefixes));

    private static bool Begins(string name, IReadOnlyList<string> prefixes) => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private Tensor FromSource(ParameterSource source, string name, long[] shape)
    {
        using NoGrad guard = new();
        if (!source.From._parameters.TryGetValue(name, out Tensor? original) && !source.From._buffers.TryGetValue(name, out original))
        {
            _faults.Add($"{name} is missing");
            return Tensor.Zeros(shape);
        }
        if (!original.Shape.AsSpan().SequenceEqual(shape))
        {
            _faults.Add($"{name} is [{string.Join(", ", original.Shape)}], [{string.Join(", ", shape)}] is needed");
            return Tensor.Zeros(shape);
        }
        return source.Share ? original.Share() : original.Detach().To(Device).Clone();
    }

    private float[] Drawn(long[] shape, Func<Random, float> draw)
    {
        float[] values = new float[Count(shape)];
        for (int i = 0; i < values.Length; i++)
            values[i] = draw(_random!);
        return values;
    }

    private float[] Taken(string name, long[] shape)
    {
        if (!_arrays!.TryGetValue(name, out NamedArray? array)) _faults.Add($"{name} is missing");
        else if (!array.Shape.AsSpan().SequenceEqual(shape)) _faults.Add($"{name} is [{string.Join(", ", array.Shape)}], [{string.Join(", ", shape)}] is needed");
        else if (array.Type is not (ArrayType.F32 or ArrayType.F64 or ArrayType.F16 or ArrayType.BF16)) _faults.Add($"{name} holds {array.Type}, not real numbers");
        else return array.ReadFloats();
        return new float[Count(shape)];
    }

    private static long Count(long[] shape)
    {
        long count = 1;
        foreach (long length in shape)
            count *= length;
        return count;
    }
}
