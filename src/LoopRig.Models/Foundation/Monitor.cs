using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The monitor as a plane in front of the eye, learned: its centre and its turn. In training both get noise, drawn once a sequence, whose standard
/// deviations are learned with them. The unit of length is half the monitor's width.
/// </summary>
internal sealed class Monitor : IDisposable
{
    private const float InitialDistance = 0.5f, InitialDeviation = 0.05f;
    private const double Behind = 1e-5;

    private readonly Tensor _centre, _angle, _centreDeviation, _angleDeviation;
    private readonly Rotation _rotation;

    internal Monitor(ParameterSet parameters)
    {
        ParameterTraits whole = new(Decay: false);
        int drawn = 0;
        _centre = parameters.Parameter("perspective.monitor.center", [3], _ => drawn++ == 2 ? InitialDistance : 0, whole);
        _angle = parameters.Parameter("perspective.monitor.angle", [3], Draw.Constant(0), whole);
        _centreDeviation = parameters.Parameter("perspective.monitor.center_std", [3], Draw.Constant(InitialDeviation), whole);
        _angleDeviation = parameters.Parameter("perspective.monitor.angle_std", [3], Draw.Constant(InitialDeviation), whole);
        _rotation = new Rotation(parameters.Device);
    }

    /// <summary>Where the monitor is: its centre [N or 1, 3, 1], and the vectors X, Y, Z as rows [N or 1, 3, 3].</summary>
    /// <param name="sequences">Sequences N that draw noise of their own; null: no noise.</param>
    /// <param name="frames">Frames of a sequence, over which the noise is held: then N counts frames.</param>
    internal (Tensor Centre, Tensor Axes) Place(long? sequences, long frames)
    {
        if (sequences is not { } n) return (_centre.Reshape(1, 3, 1), _rotation.Matrix(_angle.Unsqueeze(0)).Transpose(1, 2));
        Tensor centre = _centre + _centreDeviation * Noise(n), angle = _angle + _angleDeviation * Noise(n); // [N, 3]
        Tensor axes = _rotation.Matrix(angle).Transpose(1, 2).Unsqueeze(1).Expand(n, frames, 3, 3).Reshape(-1, 3, 3);
        return (centre.Unsqueeze(1).Expand(n, frames, 3).Reshape(-1, 3, 1), axes);
    }

    /// <summary>Where rays meet the monitor: [B, 3, P] to (x right, y down) on it, [B, P, 2]. Rays that face away land far outside.</summary>
    /// <remarks>Coordinates lie apart, and each is a product of its own, because the published sums round so.</remarks>
    internal static Tensor Intersect(Tensor rays, Tensor centre, Tensor axes)
    {
        Tensor normal = axes.Narrow(1, 2, 1); // [N, 1, 3]
        Tensor along = F.MatMul(normal, centre) / F.Clamp(F.MatMul(normal, rays), Behind, null); // [B, 1, P]
        Tensor point = along * rays - centre; // [B, 3, P]
        return F.Stack([F.MatMul(axes.Narrow(1, 0, 1), point), F.MatMul(axes.Narrow(1, 1, 1), point)], 3).Squeeze(1);
    }

    /// <summary>Sets the noise's deviations back, as the published training does at the start of a cycle.</summary>
    internal void Restart()
    {
        using NoGrad guard = new();
        _centreDeviation.Fill(InitialDeviation);
        _angleDeviation.Fill(InitialDeviation);
    }

    /// <summary>Frees the constants; the parameters are their set's.</summary>
    public void Dispose() => _rotation.Dispose();

    private Tensor Noise(long sequences) => Tensor.Randn([sequences, 3]).To(_centre.Device);
}
