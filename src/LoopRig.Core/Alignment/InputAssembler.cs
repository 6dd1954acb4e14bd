namespace LoopRig.Core;

/// <summary>What a network gets for a value that no sample, or only NaN, arrived for and whose last value is older than allowed.</summary>
public enum StalePolicy
{
    /// <summary>The last value, however old; before the first one, the network's mean. The prediction is marked degraded.</summary>
    Hold,
    /// <summary>The network's mean of it (0 after normalisation). The prediction is marked degraded.</summary>
    Mean,
    /// <summary>The bin is not predicted: the fallback goes out.</summary>
    Fallback,
}

/// <summary>How complete an assembled input is.</summary>
public enum InputState
{
    /// <summary>Every value is fresh, or held for less than the stale limit.</summary>
    Complete,
    /// <summary>A stale value was replaced by policy.</summary>
    Degraded,
    /// <summary>A value is stale and the policy asks for the fallback.</summary>
    Missing,
}

/// <summary>Where a network's inputs come from, and what is done when they do not.</summary>
public sealed record InputMapping
{
    /// <summary>Input name (image) or variable name (vector) to <c>stream</c> or <c>stream.channel</c>. What is absent is found by its own name or shape.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init; } = new Dictionary<string, string>();
    /// <summary>For how long the last value stands in for a missing one without a mark, ns.</summary>
    public long StaleNs { get; init; } = 500 * RigClock.MillisecondNs;
    /// <summary>What is done after that.</summary>
    public StalePolicy Policy { get; init; } = StalePolicy.Hold;
}

/// <summary>
/// Turns bins into a network's inputs: mean pixel / 255, behaviour means, first differences, products, normalisation. One a network: it holds the values
/// of the bin before. Causal, nothing allocated after the constructor. The same code runs live, in replay and for training.
/// </summary>
public sealed class InputAssembler
{
    private readonly InputSpec[] _inputs;
    private readonly StreamDescriptor[] _streams;
    private readonly InputMapping _mapping;
    private readonly int[] _imageStreams;
    private readonly float[][] _heldImages;
    private readonly long[] _imageSeen;
    private readonly Variable[] _variables;
    private readonly int[][] _terms;
    private long _currentBin;
    private long _binNs;

    /// <summary>Finds every input among the streams.</summary>
    /// <param name="inputs">What the network declares.</param>
    /// <param name="streams">What the rig publishes, in the order of the bins' streams.</param>
    /// <param name="mapping">Where inputs come from when their names do not say it, and the stale policy.</param>
    /// <exception cref="NetworkException">An input has no stream, or one of another shape; every such input is named.</exception>
    public InputAssembler(IReadOnlyList<InputSpec> inputs, IReadOnlyList<StreamDescriptor> streams, InputMapping mapping)
    {
        _inputs = [.. inputs];
        _streams = [.. streams];
        _mapping = mapping;
        _imageStreams = new int[_inputs.Length];
        _heldImages = new float[_inputs.Length][];
        _imageSeen = new long[_inputs.Length];
        _terms = new int[_inputs.Length][];
        var resolver = new InputResolver(_streams, mapping.Sources);
        var variables = new List<Variable>();
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i].Validate();
            _imageStreams[i] = -1;
            _heldImages[i] = [];
            _terms[i] = [];
            if (_inputs[i].Kind == InputKind.Image)
            {
                _imageStreams[i] = resolver.Image(_inputs[i]);
                _heldImages[i] = new float[_inputs[i].Length];
            }
            else
            {
                _terms[i] = resolver.Terms(_inputs[i], variables);
            }
        }
        resolver.ThrowIfAnyMissing();
        _variables = [.. variables];
        Required = new bool[_streams.Length];
        foreach (var variable in _variables)
        {
            Required[variable.Stream] = true;
        }
        foreach (var stream in _imageStreams)
        {
            if (stream >= 0)
            {
                Required[stream] = true;
            }
        }
        LeadingStream = Array.FindIndex(_imageStreams, s => s >= 0) is var image and >= 0 ? _imageStreams[image] : Array.IndexOf(Required, true);
        Reset();
    }

    /// <summary>The network's inputs.</summary>
    public IReadOnlyList<InputSpec> Inputs => _inputs;

    /// <summary>Which streams the network needs, by index.</summary>
    public bool[] Required { get; }

    /// <summary>The stream whose sequence numbers a prediction names: the first image, else the first stream needed.</summary>
    public int LeadingStream { get; }

    /// <summary>Takes note of a bin; call it once for each bin, in order, before <see cref="Write"/>.</summary>
    public InputState Observe(Bin bin)
    {
        var oldest = long.MaxValue;
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_imageStreams[i] >= 0)
            {
                HoldImage(i, bin);
                oldest = Math.Min(oldest, _imageSeen[i]);
            }
        }
        foreach (var variable in _variables)
        {
            variable.Observe(bin);
            oldest = Math.Min(oldest, variable.SeenBin);
        }
        var gone = oldest == long.MinValue || (oldest != long.MaxValue && (bin.Index - oldest) * (bin.EndNs - bin.StartNs) > _mapping.StaleNs);
        _currentBin = bin.Index;
        _binNs = bin.EndNs - bin.StartNs;
        return !gone ? InputState.Complete : _mapping.Policy == StalePolicy.Fallback ? InputState.Missing : InputState.Degraded;
    }

    /// <summary>Writes input <paramref name="index"/> of the bin observed last, normalised, (C,H,W) or (variables).</summary>
    public void Write(int index, Span<float> destination)
    {
        var spec = _inputs[index];
        if (spec.Kind == InputKind.Image)
        {
            WriteImage(index, spec, destination);
            return;
        }
        var terms = _terms[index];
        for (var i = 0; i < spec.Variables.Length; i++)
        {
            var mean = spec.Mean.Length > 0 ? spec.Mean[i] : 0f;
            var std = spec.Std.Length > 0 ? spec.Std[i] : 1f;
            var first = terms[2 * i];
            var second = terms[2 * i + 1];
            var value = Term(first) * (second == InputResolver.NoTerm ? 1f : Term(second));
            destination[i] = float.IsNaN(value) ? 0f : (value - mean) / std;
        }
    }

    /// <summary>Forgets every value of the past.</summary>
    public void Reset()
    {
        foreach (var variable in _variables)
        {
            variable.Reset();
        }
        Array.Fill(_imageSeen, long.MinValue);
        foreach (var image in _heldImages)
        {
            Array.Clear(image);
        }
    }

    // NaN stands for "give the network its mean".
    private float Term(int code)
    {
        var variable = _variables[code >> 1];
        if (_mapping.Policy == StalePolicy.Mean && IsStale(variable.SeenBin))
        {
            return float.NaN;
        }
        return (code & 1) == 0 ? variable.Value : variable.Difference;
    }

    private bool IsStale(long seenBin) => seenBin == long.MinValue || (_currentBin - seenBin) * _binNs > _mapping.StaleNs;

    private void HoldImage(int input, Bin bin)
    {
        var part = bin.Streams[_imageStreams[input]];
        if (part.Range.Count == 0)
        {
            return;
        }
        part.Values.AsSpan().CopyTo(_heldImages[input]);
        _imageSeen[input] = bin.Index;
    }

    private void WriteImage(int index, InputSpec spec, Span<float> destination)
    {
        if (_imageSeen[index] == long.MinValue || (_mapping.Policy == StalePolicy.Mean && IsStale(_imageSeen[index])))
        {
            destination[..spec.Length].Clear();
            return;
        }
        var mean = spec.Mean.Length > 0 ? spec.Mean[0] : 0f;
        var std = spec.Std.Length > 0 ? spec.Std[0] : 1f;
        var held = _heldImages[index];
        var scale = 1f / (255f * std);
        var offset = mean / std;
        if (spec.Channels == 1)
        {
            for (var i = 0; i < held.Length; i++)
            {
                destination[i] = held[i] * scale - offset;
            }
            return;
        }
        var pixels = spec.Height * spec.Width; // the stream is (H,W,C), the network wants (C,H,W)
        for (var c = 0; c < spec.Channels; c++)
        {
            for (var i = 0; i < pixels; i++)
            {
                destination[c * pixels + i] = held[i * spec.Channels + c] * scale - offset;
            }
        }
    }
}
