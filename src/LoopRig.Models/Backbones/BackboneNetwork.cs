using LoopRig.Models.Xu;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>Image -> shifter -> backbone -> softplus: the autoencoder, ResNet-18 and EfficientNet-B0 of Xu et al. 2023. A frame by itself: the state is empty.</summary>
public sealed class BackboneNetwork : IStagedNetwork
{
    private readonly BackboneSpec _spec;
    private readonly GazeCorrection? _gaze;
    private readonly IBackbone _backbone;
    private readonly int _image, _shifter;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and inputs.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public BackboneNetwork(BackboneSpec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        _image = Array.FindIndex(spec.Inputs, static input => input.Name == "image");
        _shifter = Array.FindIndex(spec.Inputs, static input => input.Name == "shifter");
        if (spec.Shifter is not null)
            _gaze = new GazeCorrection(weights, new ShifterSizes(spec.Image.Height, spec.Image.Width, spec.ShifterHidden, spec.TranslationDivisor, spec.RotationDivisor));
        _backbone = spec.Build(weights);
        weights.Complete(source);
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
        return (scope.MoveToOuter(Respond(inputs, null)), []);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor[] windows, bool training)
    {
        using Scope scope = new();
        Tensor[] frames = FramesOf(windows);
        return scope.MoveToOuter(Rates(Encode(frames, training, noise: training, null)));
    }

    /// <inheritdoc/>
    public TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context)
    {
        using Scope scope = new();
        Tensor[] frames = FramesOf(windows);
        Tensor features = Encode(frames, training: true, context.Noise, null);
        Tensor? penalty = _backbone.Penalty(features, frames[_image], context.Noise);
        return new TrainingPass(scope.MoveToOuter(Rates(features)), penalty is null ? null : scope.MoveToOuter(penalty));
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new BackboneNetwork(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _gaze?.Dispose();
    }

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => (Respond(inputs, stage), []);

    private Tensor Respond(Tensor[] frames, Action<string, Tensor>? stage)
    {
        Tensor features = Encode(frames, training: false, noise: false, stage);
        stage?.Invoke("features", features);
        return Rates(features);
    }

    private Tensor Encode(Tensor[] frames, bool training, bool noise, Action<string, Tensor>? stage)
    {
        Tensor image = _gaze is null ? frames[_image] : _gaze.Forward(frames[_image], frames[_shifter], training, stage); // [N, 1, H, W]
        return _backbone.Encode(image, training, noise);
    }

    private Tensor Rates(Tensor features) => F.Softplus(_backbone.Predict(features)); // [N, U]

    private static Tensor[] FramesOf(Tensor[] windows) => [.. windows.Select(static window => window.Flatten(0, 1))]; // [N, 1, ...] to [N, ...]
}
