using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>
/// Image -> features -> streams, each a core and a readout -> softplus, or a unit's own mean and deviation -> mean over streams. A frame by itself: the state is empty. Sessions share what is
/// named "core.". Letters: N batch, S streams, U units.
/// </summary>
public sealed class ImagesNetwork : IStagedNetwork
{
    private readonly ImagesSpec _spec;
    private readonly OrientedEnergy? _energy;
    private readonly FixedNorm _norm;
    private readonly CoreLayers[] _cores;
    private readonly IImageReadout[] _readouts;
    private readonly Tensor? _means, _deviations;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and input.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public ImagesNetwork(ImagesSpec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        (long channels, long height, long width) = (spec.Image.Channels, spec.Image.Height, spec.Image.Width);
        if (spec.Features != ImageFeatures.Pixels)
        {
            _energy = new OrientedEnergy(weights, "core", spec.Image.Channels, spec.Levels, spec.Orientations, spec.Grid, spec.Features == ImageFeatures.EnergyOfEnergy);
            (channels, height, width) = (_energy.Channels, spec.Grid, spec.Grid);
        }
        _norm = new FixedNorm(weights, "core.input", channels);
        foreach (int stride in spec.Strides)
            (height, width) = ((height - 1) / stride + 1, (width - 1) / stride + 1);
        _cores = new CoreLayers[spec.Streams];
        _readouts = new IImageReadout[spec.Streams];
        for (int stream = 0; stream < spec.Streams; stream++)
        {
            _cores[stream] = new CoreLayers(weights, $"core.{stream}", spec, channels);
            string readout = $"readout.{stream}";
            _readouts[stream] = spec.Readout == ImageReadoutKind.Mask
                ? new MaskReadout(weights, readout, spec, height, width)
                : new GaussianPointReadout(weights, readout, spec);
        }
        weights.Complete(source);
        using Scope scope = new();
        if (spec.ResponseMeans.Length > 0) _means = scope.Keep(Tensor.FromArray(spec.ResponseMeans, spec.Units).To(weights.Device));
        if (spec.ResponseDeviations.Length > 0) _deviations = scope.Keep(Tensor.FromArray(spec.ResponseDeviations, spec.Units).To(weights.Device));
    }

    /// <inheritdoc/>
    public NetworkSpec Spec => _spec;

    /// <inheritdoc/>
    public ParameterSet Weights { get; }

    /// <inheritdoc/>
    public string Hash => NetworkHash.Compute(_spec, Weights);

    /// <inheritdoc/>
    public int WarmUpSteps => 0;

    /// <inheritdoc/>
    public int WindowFrames => 1;

    /// <inheritdoc/>
    public Tensor[] InitialState(int batch) => [];

    /// <inheritdoc/>
    public (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state)
    {
        using Scope scope = new();
        return (scope.MoveToOuter(Respond(inputs[0], null)), []);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor[] windows, bool training)
    {
        using Scope scope = new();
        Tensor image = windows[0].Flatten(0, 1); // [N, 1, C, H, W] to [N, C, H, W]
        return scope.MoveToOuter(training ? F.Mean(Streams(image, training: true, noise: true, null), [0]) : Respond(image, null));
    }

    /// <summary>Responses [S, N, U]: every stream is to match by itself, for an ensemble whose members lean on each other is none.</summary>
    public TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context)
    {
        using Scope scope = new();
        Tensor image = windows[0].Flatten(0, 1);
        if (context.Noise) image = Moved(image, context.Random);
        return new TrainingPass(scope.MoveToOuter(Streams(image, training: true, context.Noise, null)), null);
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new ImagesNetwork(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _means?.Dispose();
        _deviations?.Dispose();
    }

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => (Respond(inputs[0], stage), []);

    private Tensor Respond(Tensor image, Action<string, Tensor>? stage) => F.Mean(Streams(image, training: false, noise: false, stage), [0]); // [N, U]

    // [N, C, H, W] to [S, N, U].
    private Tensor Streams(Tensor image, bool training, bool noise, Action<string, Tensor>? stage)
    {
        // A frozen core's input is part of it.
        bool learning = training && !Array.TrueForAll(_cores, static core => core.IsFrozen);
        Tensor features = _norm.Forward(_energy?.Forward(image) ?? image, learning); // [N, C', G, G]
        stage?.Invoke("features", features);
        var responses = new Tensor[_cores.Length];
        for (int stream = 0; stream < responses.Length; stream++)
            responses[stream] = Response(_readouts[stream].Forward(_cores[stream].Forward(features, training, noise), noise));
        return F.Stack(responses);
    }

    private Tensor Response(Tensor read)
    {
        if (!_spec.SquaredError) return F.Softplus(read);
        Tensor scaled = _deviations is null ? read : read * _deviations;
        return _means is null ? scaled : scaled + _means;
    }

    private Tensor Moved(Tensor image, Random random)
    {
        int most = _spec.ShiftPixels;
        if (most == 0) return image;
        (long height, long width) = (image.Size(2), image.Size(3));
        Tensor padded = F.ReplicationPad2d(image, most, most, most, most);
        return padded.Narrow(2, random.Next(2 * most + 1), height).Narrow(3, random.Next(2 * most + 1), width).Contiguous();
    }
}
