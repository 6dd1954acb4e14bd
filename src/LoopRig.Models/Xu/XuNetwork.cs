using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>
/// The network of Xu et al. 2023: image -> shifter -> convolutions -> v; behaviour -> b; [v, b, v b] normalised -> GRU over k frames -> linear ->
/// softplus. State: the last k - 1 fused vectors [N, k-1, 3U] and which of them were real frames [N, k-1], so that the convolutions run once a frame.
/// </summary>
public sealed class XuNetwork : IStagedNetwork
{
    private readonly XuSpec _spec;
    private readonly GazeCorrection? _gaze;
    private readonly VisualEncoder _vision;
    private readonly BehaviourEncoder? _behaviour;
    private readonly Fusion? _fusion;
    private readonly WindowGru? _gru;
    private readonly Linear? _output;
    private readonly int _image, _behaviourInput, _shifterInput;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and inputs.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public XuNetwork(XuSpec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        _image = Array.FindIndex(spec.Inputs, input => input.Name == "image");
        _behaviourInput = Array.FindIndex(spec.Inputs, input => input.Name == "behaviour");
        _shifterInput = Array.FindIndex(spec.Inputs, input => input.Name == "shifter");
        _gaze = spec.Shifter is null ? null : new GazeCorrection(weights, spec.ShifterSizes);
        _vision = new VisualEncoder(weights, spec.EncoderName, spec.Convolutions, spec.EncodedSize, spec.Dropout);
        if (spec.Behaviour is not null)
        {
            _behaviour = new BehaviourEncoder(weights, spec.Behaviour.Length, spec.EncodedSize);
            _fusion = new Fusion(weights);
            _gru = new WindowGru(weights, 3 * spec.EncodedSize, spec.Hidden);
            _output = new Linear(weights, "fc", spec.Hidden, spec.Units);
        }
        weights.Complete(source);
    }

    /// <inheritdoc/>
    public NetworkSpec Spec => _spec;

    /// <inheritdoc/>
    public ParameterSet Weights { get; }

    /// <inheritdoc/>
    public string Hash => NetworkHash.Compute(_spec, Weights);

    /// <inheritdoc/>
    public int WarmUpSteps => _spec.Window - 1;

    /// <inheritdoc/>
    public int WindowFrames => _spec.Window;

    /// <inheritdoc/>
    public Tensor[] InitialState(int batch)
    {
        if (_spec.Window == 1) return [];
        const ScalarType Type = ScalarType.Float32;
        return [Tensor.Zeros([batch, _spec.Window - 1, 3 * _spec.EncodedSize], Type, Weights.Device), Tensor.Zeros([batch, _spec.Window - 1], Type, Weights.Device)];
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
        return scope.MoveToOuter(Forward(windows, training, noise: training));
    }

    /// <inheritdoc/>
    public TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context)
    {
        using Scope scope = new();
        Tensor? penalty = _behaviour is null || _spec.BehaviourL1 == 0 ? null : scope.MoveToOuter(_spec.BehaviourL1 * _behaviour.MeanMagnitude());
        return new TrainingPass(scope.MoveToOuter(Forward(windows, training: true, context.Noise)), penalty);
    }

    /// <summary>The probe's chance is dropout, which the published synthesis leaves active.</summary>
    public IProbe Probe(ProbedUnits units)
    {
        units.Validate(_spec.Units);
        FoldedEncoder vision = _vision.Fold();
        return new WholeProbe(
            (windows, chance) => Answer(windows, image => vision.Forward(image, noise: chance is not null), training: false), [.. units.Indices.Select(static unit => (long)unit)], units.Each, Weights.Device, vision);
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new XuNetwork(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _gaze?.Dispose();
    }

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => StepStages(inputs, state, stage);

    private (Tensor Output, Tensor[] State) StepStages(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage)
    {
        Tensor encoded = Encode(Warp(inputs, false, stage), _behaviourInput < 0 ? null : inputs[_behaviourInput]);
        if (_gru is null) return (F.Softplus(encoded), []);
        Tensor fused = encoded.Unsqueeze(1); // [N, 1, 3F]
        if (_spec.Window == 1) return (Respond(_gru.Forward(fused, null)), []);
        Tensor window = F.Cat([state[0], fused], 1); // [N, k, 3F]
        Tensor valid = F.Cat([state[1], Tensor.Ones([fused.Size(0), 1], ScalarType.Float32, Weights.Device)], 1); // [N, k]
        Tensor response = Respond(_gru.Forward(window, valid));
        return (response, [window.Narrow(1, 1, _spec.Window - 1).Contiguous(), valid.Narrow(1, 1, _spec.Window - 1).Contiguous()]);
    }

    private Tensor Forward(Tensor[] windows, bool training, bool noise) => Answer(windows, image => _vision.Forward(image, training, noise), training);

    // Windows to responses, with what sees the images handed in.
    private Tensor Answer(Tensor[] windows, Func<Tensor, Tensor> vision, bool training)
    {
        Tensor[] frames = [.. windows.Select(static window => window.Flatten(0, 1))]; // [N, k, ...] to [B, ...]
        Tensor image = Warp(frames, training, null); // [B, 1, H, W]
        Tensor? behaviour = _behaviourInput < 0 ? null : frames[_behaviourInput]; // [B, D]
        Tensor encoded = training && _spec.Window > 1 ? EncodeByFrame(image, behaviour, vision) : Fuse(vision(image), behaviour, training); // [B, 3F]
        if (_gru is null) return F.Softplus(encoded);
        return Respond(_gru.Forward(encoded.Reshape(-1, _spec.Window, encoded.Size(1)), null));
    }

    /// <summary>Image [B, 1, H, W] and behaviour [B, D] to the fused vector [B, 3F]; for a vision-only network to v [B, U].</summary>
    private Tensor Encode(Tensor image, Tensor? behaviour) => Fuse(_vision.Forward(image, training: false, noise: false), behaviour, training: false);

    private Tensor Fuse(Tensor vision, Tensor? behaviour, bool training)
        => behaviour is null ? vision : _fusion!.Forward(vision, _behaviour!.Forward(behaviour, training), training);

    // Kept for parity: the published training code runs the encoders frame by frame, so each frame of the windows is normalised by its own batch
    // statistics and moves the running ones once; the shifter alone takes all frames together.
    private Tensor EncodeByFrame(Tensor image, Tensor? behaviour, Func<Tensor, Tensor> vision)
    {
        Tensor images = image.Reshape([-1, _spec.Window, .. image.Shape[1..]]); // [N, k, 1, H, W]
        Tensor? variables = behaviour?.Reshape(-1, _spec.Window, behaviour.Size(1)); // [N, k, D]
        Tensor[] encoded = new Tensor[_spec.Window];
        for (int t = 0; t < encoded.Length; t++)
            encoded[t] = Fuse(vision(images.Select(1, t)), variables?.Select(1, t), training: true); // [N, 3F]
        return F.Stack(encoded, 1).Flatten(0, 1);
    }

    private Tensor Respond(Tensor hidden) => F.Softplus(_output!.Forward(hidden)); // [N, G] to [N, U]

    private Tensor Warp(Tensor[] inputs, bool training, Action<string, Tensor>? stage)
        => _gaze is null ? inputs[_image] : _gaze.Forward(inputs[_image], inputs[_shifterInput], training, stage); // [B, 1, H, W]
}
