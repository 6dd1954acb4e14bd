using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>Image -> pixels or energies on a grid, each normalised -> one filter a unit -> softplus or nothing. The state is empty.</summary>
public sealed class LinearNetwork : IStagedNetwork
{
    private readonly LinearSpec _spec;
    private readonly OrientedEnergy? _energy;
    private readonly FixedNorm _norm;
    private readonly Linear _filters;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and input.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public LinearNetwork(LinearSpec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        _energy = spec.Features == ImageFeatures.Pixels ? null
            : new OrientedEnergy(weights, "features", spec.Image.Channels, spec.Levels, spec.Orientations, spec.Grid, spec.Features == ImageFeatures.EnergyOfEnergy);
        // Each feature at each place has its own mean and deviation, as ridge regression wants them.
        FeatureCount = (_energy?.Channels ?? spec.Image.Channels) * spec.Grid * spec.Grid;
        _norm = new FixedNorm(weights, "features", FeatureCount);
        _filters = new Linear(weights, "filters", FeatureCount, spec.Units);
        weights.Complete(source);
    }

    /// <summary>Features that each filter sees.</summary>
    public int FeatureCount { get; }

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
        return (scope.MoveToOuter(Respond(inputs[0], training: false, null)), []);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor[] windows, bool training)
    {
        using Scope scope = new();
        return scope.MoveToOuter(Respond(windows[0].Flatten(0, 1), training, null));
    }

    /// <summary>Features [N, <see cref="FeatureCount"/>] of images [N, C, H, W], before their normalisation; they belong to the open scope.</summary>
    public Tensor Features(Tensor image)
    {
        using Scope scope = new();
        Tensor maps = _energy?.Forward(image) ?? F.AdaptiveAvgPool2d(image, new Size2(_spec.Grid, _spec.Grid));
        return scope.MoveToOuter(maps.Flatten(1));
    }

    /// <summary>Puts in what regression found.</summary>
    /// <param name="mean">Of each feature.</param>
    /// <param name="variance">Of each feature.</param>
    /// <param name="filters">[U, features], of normalised features.</param>
    /// <param name="bias">[U].</param>
    public void Set(ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, ReadOnlySpan<float> filters, ReadOnlySpan<float> bias)
    {
        mean.CopyTo(_norm.Mean.AsSpan());
        variance.CopyTo(_norm.Variance.AsSpan());
        filters.CopyTo(_filters.Weight.AsSpan());
        bias.CopyTo(_filters.Bias.AsSpan());
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new LinearNetwork(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => (Respond(inputs[0], training: false, stage), []);

    private Tensor Respond(Tensor image, bool training, Action<string, Tensor>? stage)
    {
        Tensor features = _norm.Forward(Features(image), training); // [N, features]
        stage?.Invoke("features", features);
        Tensor filtered = _filters.Forward(features); // [N, U]
        return _spec.Rectified ? F.Softplus(filtered) : filtered;
    }
}
