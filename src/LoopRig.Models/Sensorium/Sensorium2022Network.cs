using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>
/// The Sensorium 2022 baseline: image (and behaviour as constant planes) -> core -> Gaussian readout, moved by the pupil -> ELU + 1. A frame by itself:
/// the state is empty.
/// </summary>
public sealed class Sensorium2022Network : IStagedNetwork
{
    private readonly Sensorium2022Spec _spec;
    private readonly StackedCore _core;
    private readonly GaussianReadout _readout;
    private readonly PupilShifter? _shifter;
    private readonly int _image, _behaviour, _pupilCentre;

    /// <summary>Builds the network.</summary>
    /// <param name="spec">Sizes and inputs.</param>
    /// <param name="weights">From a seed or a file; the network owns it from here on.</param>
    /// <param name="source">What the weights are called in an error.</param>
    /// <exception cref="Core.NetworkException">The spec makes no network, or weights are missing, superfluous or of another shape: all are named.</exception>
    public Sensorium2022Network(Sensorium2022Spec spec, ParameterSet weights, string source = "weights")
    {
        spec.Validate();
        _spec = spec;
        Weights = weights;
        _image = Array.FindIndex(spec.Inputs, input => input.Name == "image");
        _behaviour = Array.FindIndex(spec.Inputs, input => input.Name == "behaviour");
        _pupilCentre = Array.FindIndex(spec.Inputs, input => input.Name == "pupil_centre");
        _core = new StackedCore(weights, spec);
        _readout = new GaussianReadout(weights, spec);
        _shifter = _pupilCentre < 0 ? null : new PupilShifter(weights, spec);
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
        return (scope.MoveToOuter(Respond(inputs, training: false, noise: false, null)), []);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor[] windows, bool training)
    {
        using Scope scope = new();
        return scope.MoveToOuter(Respond(FramesOf(windows), training, noise: training, null));
    }

    /// <summary>
    /// The published regularisers. The published loss is sqrt(D / N) sum(Poisson) + R over a batch of N out of D samples, which is sqrt(D N) U times
    /// mean(Poisson) + R / (sqrt(D N) U). Adam does not see the factor, so the penalty for a mean is R / (sqrt(D N) U).
    /// </summary>
    public TrainingPass ForwardTraining(Tensor[] windows, TrainingContext context)
    {
        using Scope scope = new();
        _readout.KeepOnMap();
        Tensor responses = scope.MoveToOuter(Respond(FramesOf(windows), training: true, context.Noise, null));
        Tensor regulariser = _spec.InputLaplace * _core.Roughness() + _spec.ReadoutL1 * _readout.Magnitude();
        double scale = Math.Sqrt((double)context.Samples * responses.Size(0)) * _spec.Units;
        return new TrainingPass(responses, scope.MoveToOuter(regulariser / scale));
    }

    /// <summary>Asked for one unit a sample, the probe computes no more of each map than the unit's receptive field.</summary>
    public IProbe Probe(ProbedUnits units)
    {
        units.Validate(_spec.Units);
        (Tensor positions, Tensor features, Tensor bias) = _readout.Of(units.Indices);
        return new SensoriumProbe(_core.Fold(), _shifter, positions, features, bias, units.Each, new MapSizes(_spec), (_image, _behaviour, _pupilCentre));
    }

    /// <inheritdoc/>
    public INetwork CopyTo(Device device) => new Sensorium2022Network(_spec, ParameterSet.CopyOf(Weights, device));

    /// <inheritdoc/>
    public FrozenStep Freeze(Device device) => FrozenStep.Record(this, device);

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    (Tensor Output, Tensor[] State) IStagedNetwork.Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage) => (Respond(inputs, training: false, noise: false, stage), []);

    private static Tensor[] FramesOf(Tensor[] windows) => [.. windows.Select(static window => window.Flatten(0, 1))]; // [N, 1, ...] to [N, ...]

    private Tensor Respond(Tensor[] inputs, bool training, bool noise, Action<string, Tensor>? stage)
    {
        Tensor features = _core.Forward(inputs[_image], _behaviour < 0 ? null : inputs[_behaviour], training); // [N, O, H', W']
        Tensor? shift = _shifter?.Forward(inputs[_pupilCentre]); // [N, 2]
        stage?.Invoke("core", features);
        if (shift is not null) stage?.Invoke("shift", shift);
        return F.Elu(_readout.Forward(features, shift, noise)) + 1; // [N, U]
    }
}
