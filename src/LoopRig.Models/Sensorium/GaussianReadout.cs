using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>
/// Reads each unit from one position of the feature map: the features there, bilinearly interpolated, times the unit's weights. The position is
/// predicted from where the unit lies in the brain; in training it is drawn from a Gaussian around that (Sensorium 2022 baseline, full Gaussian readout).
/// </summary>
internal sealed class GaussianReadout
{
    private readonly Tensor _sigma, _features, _bias;
    private readonly Tensor? _positions;
    private readonly Tensor? _sourceGrid;
    private readonly Linear? _toHidden, _toPosition;

    internal GaussianReadout(ParameterSet parameters, Sensorium2022Spec spec)
    {
        string name = $"readout.{spec.Session}";
        long units = spec.Units, channels = spec.Channels;
        // Ranges of Xu et al. 2023 and of the Sensorium 2022 configuration.
        _sigma = parameters.Parameter($"{name}.sigma", [1, units, 2, 2], Draw.Uniform(0.1), ParameterTraits.NoDecay);
        _features = parameters.Parameter($"{name}._features", [1, channels, 1, units], Draw.Constant(1f / channels));
        _bias = parameters.Parameter($"{name}.bias", [units], Draw.Constant(0), ParameterTraits.NoDecay);
        if (spec.GridCoordinates == 0)
        {
            _positions = parameters.Parameter($"{name}._mu", [1, units, 1, 2], Draw.Uniform(0.3), ParameterTraits.NoDecay);
            return;
        }
        _sourceGrid = parameters.Buffer($"{name}.source_grid", [units, spec.GridCoordinates], 0);
        _toHidden = new Linear(parameters, $"{name}.mu_transform.0", spec.GridCoordinates, spec.GridHidden);
        _toPosition = new Linear(parameters, $"{name}.mu_transform.2", spec.GridHidden, 2);
    }

    /// <summary>Features [N, C, H, W] and shift [N, 2] (or null) to [N, U].</summary>
    /// <param name="features">The core's.</param>
    /// <param name="shift">How far all positions move.</param>
    /// <param name="noise">Positions are drawn instead of taken at their means.</param>
    internal Tensor Forward(Tensor features, Tensor? shift, bool noise)
    {
        long batch = features.Size(0);
        Tensor grid = Positions().Expand(batch, -1, -1, -1); // [N, U, 1, 2]
        if (noise) grid = F.Clamp(grid + Scatter(batch), -1, 1);
        if (shift is not null) grid += shift.Unsqueeze(1).Unsqueeze(1);
        Tensor read = F.GridSample(features, grid, alignCorners: true).Squeeze(3); // [N, C, U]
        return F.Sum(read * _features.Squeeze(2), [1]) + _bias;
    }

    /// <summary>The magnitude of all feature weights.</summary>
    internal Tensor Magnitude() => F.Sum(F.Abs(_features));

    /// <summary>Brings positions that training has moved off the map back to its border, as the published code does before each pass.</summary>
    internal void KeepOnMap()
    {
        if (_positions is null) return;
        using NoGrad guard = new();
        using Scope scope = new();
        _positions.CopyFrom(F.Clamp(_positions, -1, 1));
    }

    /// <summary>What some units read: positions [K, 2] before the shift, feature weights [K, C] and biases [K]; for the caller.</summary>
    internal (Tensor Positions, Tensor Features, Tensor Bias) Of(IReadOnlyList<int> units)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor kept = Tensor.FromArray<long>([.. units.Select(static unit => (long)unit)]).To(_bias.Device);
        Tensor features = _features.Detach().Squeeze(2).Squeeze(0).Transpose(0, 1); // [U, C]
        return (scope.Keep(Positions().Detach().Squeeze(0).Squeeze(1).IndexSelect(0, kept)), scope.Keep(features.IndexSelect(0, kept)), scope.Keep(_bias.Detach().IndexSelect(0, kept)));
    }

    /// <summary>[1, U, 1, 2], x right and y down, -1 and 1 at the outer pixels' centres.</summary>
    private Tensor Positions()
    {
        if (_positions is not null) return F.Clamp(_positions, -1, 1);
        Tensor position = F.Tanh(_toPosition!.Forward(F.Elu(_toHidden!.Forward(_sourceGrid!)))); // [U, 2]
        return position.Unsqueeze(0).Unsqueeze(2);
    }

    private Tensor Scatter(long batch)
    {
        Tensor noise = Tensor.Randn([batch, _sigma.Size(1), 2, 1]).To(_sigma.Device);
        return F.MatMul(_sigma, noise).Transpose(2, 3); // [N, U, 1, 2]
    }
}
