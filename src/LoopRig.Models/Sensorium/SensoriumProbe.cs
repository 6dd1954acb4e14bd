using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>Some units of a Sensorium network: batch norms folded; for one unit a sample only its receptive field is computed.</summary>
internal sealed class SensoriumProbe : IProbe
{
    private readonly FoldedCore _core;
    private readonly PupilShifter? _shifter;
    private readonly Tensor _positions, _features, _bias; // [K, 2], [K, C], [K]
    private readonly bool _each;
    private readonly MapSizes _sizes;
    private readonly (int Image, int Behaviour, int PupilCentre) _inputs;
    private MapWindows? _windows;

    /// <summary>Takes what it is given, but the shifter, which is the network's.</summary>
    internal SensoriumProbe(
        FoldedCore core, PupilShifter? shifter, Tensor positions, Tensor features, Tensor bias, bool each, MapSizes sizes, (int Image, int Behaviour, int PupilCentre) inputs)
        => (_core, _shifter, _positions, _features, _bias, _each, _sizes, _inputs) = (core, shifter, positions, features, bias, each, sizes, inputs);

    /// <inheritdoc/>
    public Tensor Respond(Tensor[] windows, Random? chance = null)
    {
        using Scope scope = new();
        Tensor image = windows[_inputs.Image].Flatten(0, 1); // [N, C, H, W]
        Tensor? behaviour = _inputs.Behaviour < 0 ? null : windows[_inputs.Behaviour].Flatten(0, 1); // [N, D]
        Tensor? shift = _shifter?.Forward(windows[_inputs.PupilCentre].Flatten(0, 1)); // [N, 2]
        Tensor read = _each ? ReadEach(image, behaviour, shift) : ReadAll(image, behaviour, shift);
        return scope.MoveToOuter(F.Elu(read) + 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _core.Dispose();
        _positions.Dispose();
        _features.Dispose();
        _bias.Dispose();
        _windows?.Dispose();
    }

    // [N, K].
    private Tensor ReadAll(Tensor image, Tensor? behaviour, Tensor? shift)
    {
        Tensor maps = _core.Forward(image, behaviour, null); // [N, C, H', W']
        Tensor grid = _positions.Unsqueeze(0).Unsqueeze(2).Expand(image.Size(0), -1, -1, -1); // [N, K, 1, 2]
        if (shift is not null) grid += shift.Unsqueeze(1).Unsqueeze(1);
        Tensor read = F.GridSample(maps, grid, alignCorners: true).Squeeze(3); // [N, C, K]
        return F.Sum(read * _features.Transpose(0, 1), [1]) + _bias;
    }

    // [N, 1].
    private Tensor ReadEach(Tensor image, Tensor? behaviour, Tensor? shift)
    {
        Tensor at = shift is null ? _positions : _positions + shift; // [N, 2]
        (Tensor right, int[] columns) = Split(at.Narrow(1, 0, 1), _sizes.Width);
        (Tensor down, int[] rows) = Split(at.Narrow(1, 1, 1), _sizes.Height);
        if (_windows is null || !_windows.Are(rows, columns))
        {
            _windows?.Dispose();
            _windows = new MapWindows(_sizes, rows, columns, image.Device);
        }
        Tensor maps = _core.Forward(_windows.Cut(image), behaviour, _windows); // [N, C, 2, 2]
        Tensor across = F.Cat([1 - right, right], 1).Unsqueeze(1), along = F.Cat([1 - down, down], 1).Unsqueeze(2); // [N, 1, 2], [N, 2, 1]
        Tensor weights = _features.Unsqueeze(2) * F.MatMul(along, across).Flatten(1).Unsqueeze(1); // [N, C, 4]
        return F.Sum(maps.Flatten(2) * weights, [1, 2]).Unsqueeze(1) + _bias.Unsqueeze(1);
    }

    // Positions [N, 1] in -1..1 to the place before each and how far behind it they lie. Positions off the map read zeros, wherever they are: they are brought near.
    private static (Tensor Behind, int[] Before) Split(Tensor position, int size)
    {
        Tensor pixel = (position + 1) * ((size - 1) / 2.0);
        float[] places = pixel.Detach().ToArray();
        int[] before = [.. places.Select(place => (int)Math.Clamp(Math.Floor(place), -2, size))];
        return (pixel - F.Floor(pixel.Detach()), before);
    }
}
