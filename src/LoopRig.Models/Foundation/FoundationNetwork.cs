using LoopRig.Torch;
using LoopRig.Torch.Formats;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The foundation network of Wang et al. 2025: stimulus -> perspective -> in each stream: causal 3D convolutions -> recurrent cell, told of behaviour by
/// the modulation -> readout; the streams' mean -> rate. State, stream by stream: the modulation's h and c, each temporal convolution's last inputs
/// (oldest first), the recurrent h and c.
/// </summary>
public sealed class FoundationNetwork : IStagedNetwork
{
    private readonly FoundationSpec _spec;
    private readonly Perspective? _perspective;
    private readonly Modulation[] _modulation;
    private readonly Feedforward[] _feedforward;
    private readonly Recurrence[] _recurrence;
    private readonly PositionReadout _readout;
    private readonly int _stimulus, _eye, _behaviour;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and inputs.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public FoundationNetwork(FoundationSpec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        _stimulus = Array.FindIndex(spec.Inputs, static input => input.Name == FoundationSpec.StimulusInput);
        _eye = Array.FindIndex(spec.Inputs, static input => input.Name == FoundationSpec.EyeInput);
        _behaviour = Array.FindIndex(spec.Inputs, static input => input.Name == FoundationSpec.BehaviourInput);
        _feedforward = PerStream(stream => new Feedforward(weights, spec, stream));
        _recurrence = PerStream(stream => new Recurrence(weights, spec, stream));
        _perspective = _eye < 0 ? null : new Perspective(weights, spec);
        _modulation = _behaviour < 0 ? [] : PerStream(stream => new Modulation(weights, spec, stream));
        _readout = new PositionReadout(weights, spec);
        weights.Complete(source);
    }

    /// <inheritdoc/>
    public NetworkSpec Spec => _spec;

    /// <inheritdoc/>
    public ParameterSet Weights { get; }

    /// <inheritdoc/>
    public string Hash => NetworkHash.Compute(_spec, Weights);

    /// <inheritdoc/>
    public int WarmUpSteps => _spec.WarmUpFrames;

    /// <summary>Frames after which a response counts, the warm-up included; <see cref="Forward"/> takes any number.</summary>
    public int WindowFrames => _spec.WarmUpFrames + 1;

    /// <inheritdoc/>
    public bool AnswersEveryFrame => true;

    /// <inheritdoc/>
    public Tensor[] InitialState(int batch)
    {
        List<Tensor> state = [];
        for (int stream = 0; stream < _spec.Streams; stream++)
        {
            IEnumerable<long[]> modulation = _behaviour < 0 ? [] : Modulation.StateShapes(_spec, batch);
            foreach (long[] shape in modulation.Concat(Feedforward.StateShapes(_spec, batch)).Concat(Recurrence.StateShapes(_spec, batch)))
                state.Add(Tensor.Zeros(shape, ScalarType.Float32, Weights.Device));
        }
        return [.. state];
    }

    /// <inheritdoc/>
    public (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state)
    {
        using Scope scope = new();
        (Tensor output, Tensor[] next) = StepStages(inputs, state, null);
        foreach (Tensor tensor in next)
            scope.MoveToOuter(tensor);
        return (scope.MoveToOuter(output), next);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor[] windows, bool training)
    {
        using Scope scope = new();
        return scope.MoveToOuter(RespondAll(windows, null, training));
    }

    /// <summary>A training pass through one stream, drawn at random: each learns to predict alone. Without noise, through all.</summary>
    public TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context)
    {
        using Scope scope = new();
        int? stream = context.Noise ? context.Random.Next(_spec.Streams) : null;
        return new TrainingPass(scope.MoveToOuter(RespondAll(windows, stream, context.Noise)), null);
    }

    /// <summary>A network of one of the streams: a quarter of the released network's cost, at a loss of correlation. The caller disposes it.</summary>
    /// <param name="stream">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public FoundationNetwork OfStream(int stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stream, _spec.Streams);
        Dictionary<string, NamedArray> arrays = [];
        foreach ((string name, Tensor tensor) in Weights.Parameters.Concat(Weights.Buffers))
            if (FoundationNames.InStream(name, stream) is { } alone) arrays.Add(alone, TensorArrays.FromTensor(alone, tensor));
        using FoundationNetwork copy = new(_spec with { Streams = 1 }, ParameterSet.FromArrays(arrays), $"stream {stream}");
        return new FoundationNetwork(copy._spec, ParameterSet.CopyOf(copy.Weights, Weights.Device));
    }

    /// <summary>A network with some of the units: the readout of the others, thousands of them, is not computed. The caller disposes it.</summary>
    /// <param name="units">Indices of the units that are kept, in their new order.</param>
    public FoundationNetwork OfUnits(IReadOnlyList<int> units)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor kept = Tensor.FromArray<long>([.. units.Select(static unit => (long)unit)]).To(Weights.Device);
        Dictionary<string, NamedArray> arrays = [];
        foreach ((string name, Tensor tensor) in Weights.Parameters.Concat(Weights.Buffers))
            arrays.Add(name, TensorArrays.FromTensor(name, name.StartsWith("readout.", StringComparison.Ordinal) ? tensor.Detach().IndexSelect(0, kept) : tensor));
        FoundationSpec spec = _spec with { UnitIds = [.. units.Select(unit => _spec.UnitIds[unit])] };
        FoundationNetwork copy = new(spec, ParameterSet.FromArrays(arrays), "some of the units");
        return (FoundationNetwork)((INetwork)copy).MovedTo(Weights.Device);
    }

    /// <summary>The probe's chance is one of the streams, drawn anew for each call.</summary>
    public IProbe Probe(ProbedUnits units)
    {
        units.Validate(_spec.Units);
        (int[] distinct, long[] places) = units.Sort();
        FoundationNetwork some = OfUnits(distinct);
        return new WholeProbe((windows, chance) => some.RespondAll(windows, chance?.Next(_spec.Streams), training: false), places, units.Each, Weights.Device, some);
    }

    /// <summary>
    /// Sets the spread of the training's noise (of the monitor's place and of the readout's positions) back to its initial value, as the published training
    /// does when a cycle of the schedule begins.
    /// </summary>
    public void RestartNoise()
    {
        _perspective?.Restart();
        _readout.Restart();
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new FoundationNetwork(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _perspective?.Dispose();
        foreach (Recurrence recurrence in _recurrence)
            recurrence.Dispose();
    }

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => StepStages(inputs, state, stage);

    private (Tensor Output, Tensor[] State) StepStages(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage)
    {
        StateReader reader = new(state);
        OneFrame frame = new(reader);
        Tensor retina = See(inputs[_stimulus], _eye < 0 ? null : inputs[_eye], null); // [N, 1, H, W]
        Tensor places = _readout.Places(null, 1);
        Tensor[] modulated = new Tensor[_modulation.Length], features = new Tensor[_spec.Streams], maps = new Tensor[_spec.Streams], read = new Tensor[_spec.Streams];
        for (int s = 0; s < _spec.Streams; s++)
        {
            if (_behaviour >= 0)
            {
                (Tensor output, Tensor h, Tensor c) = _modulation[s].Forward(inputs[_behaviour].Unsqueeze(1), reader.Next(), reader.Next());
                modulated[s] = output.Squeeze(1); // [N, cells]
                reader.Keep(h);
                reader.Keep(c);
            }
            features[s] = _feedforward[s].Forward(retina, frame); // [N, C, H, W]
            (maps[s], Tensor hidden, Tensor cell) = _recurrence[s].Forward(features[s], _behaviour < 0 ? null : modulated[s], reader.Next(), reader.Next(), false);
            reader.Keep(hidden);
            reader.Keep(cell);
            read[s] = _readout.Forward(maps[s], places, s); // [N, U]
        }
        if (stage is not null)
        {
            if (_perspective is not null) stage("perspective", retina);
            if (_behaviour >= 0) stage("modulation", F.Cat(modulated, 1));
            stage("core.feedforward", F.Cat(features, 1));
            stage("core", F.Cat(maps, 1));
            stage("readout", F.Stack(read, 1));
        }
        return (Rate(read), reader.After);
    }

    // Windows [N, T, ...] to rates [N, T, U]; one stream, or the mean of all.
    private Tensor RespondAll(Tensor[] windows, int? only, bool training)
    {
        long sequences = windows[_stimulus].Size(0), frames = windows[_stimulus].Size(1);
        long? drawing = training ? sequences : null;
        Tensor retina = See(windows[_stimulus].Flatten(0, 1), _eye < 0 ? null : windows[_eye].Flatten(0, 1), drawing); // [B, 1, H, W]
        Tensor places = _readout.Places(drawing, frames);
        Tensor[] initial = InitialStateOfOne((int)sequences);
        AllFrames all = new(sequences);
        int[] streams = only is { } one ? [one] : [.. Enumerable.Range(0, _spec.Streams)];
        Tensor[] read = Array.ConvertAll(streams, s =>
        {
            Tensor? modulation = _behaviour < 0 ? null : _modulation[s].Forward(windows[_behaviour], initial[0], initial[0]).Output.Flatten(0, 1); // [B, cells]
            Tensor map = _recurrence[s].Forward(_feedforward[s].Forward(retina, all), modulation, initial[1], initial[1], training).Output;
            return _readout.Forward(map, places, s); // [B, U]
        });
        return Rate(read).Reshape(sequences, frames, -1);
    }

    // Zeros for the modulation's and for the recurrent state: nothing came before a window.
    private Tensor[] InitialStateOfOne(int batch)
    {
        Tensor Zeros(IEnumerable<long[]> shapes) => Tensor.Zeros(shapes.First(), ScalarType.Float32, Weights.Device);
        return [Zeros(Modulation.StateShapes(_spec, batch)), Zeros(Recurrence.StateShapes(_spec, batch))];
    }

    private Tensor See(Tensor stimulus, Tensor? eye, long? drawing)
        => _perspective?.Forward(stimulus, eye!, drawing) ?? F.UpsampleBilinear2d(stimulus, new Size2(_spec.RetinaHeight, _spec.RetinaWidth));

    private Tensor Rate(Tensor[] read)
    {
        Tensor mean = read.Length == 1 ? read[0] : F.Mean(F.Stack(read, 1), [1]);
        return _spec.Unit == UnitKind.Poisson ? F.Exp(mean) : F.Elu(mean) + 1;
    }

    private T[] PerStream<T>(Func<int, T> build) => [.. Enumerable.Range(0, _spec.Streams).Select(build)];
}
