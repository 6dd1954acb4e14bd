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

    /// <summary>Where the monitor is: its centre [N or 1, 1, 3], and the vectors X, Y, Z as columns [N or 1, 3, 3].</summary>
    /// <param name="sequences">Sequences N that draw noise of their own; null: no noise.</param>
    /// <param name="frames">Frames of a sequence, over which the noise is held: then N counts frames.</param>
    internal (Tensor Centre, Tensor Axes) Place(long? sequences, long frames)
    {
        if (sequences is not { } n) return (_centre.Reshape(1, 1, 3), _rotation.Matrix(_angle.Unsqueeze(0)));
        Tensor centre = _centre + _centreDeviation * Noise(n), angle = _angle + _angleDeviation * Noise(n); // [N, 3]
        Tensor axes = _rotation.Matrix(angle).Unsqueeze(1).Expand(n, frames, 3, 3).Reshape(-1, 3, 3);
        return (centre.Unsqueeze(1).Expand(n, frames, 3).Reshape(-1, 1, 3), axes);
    }

    /// <summary>Where rays meet the monitor: [B, P, 3] to (x right, y down) on it, [B, P, 2]. Rays that face away land far outside.</summary>
    internal static Tensor Intersect(Tensor rays, Tensor centre, Tensor axes)
    {
        Tensor normal = axes.Narrow(2, 2, 1); // [N, 3, 1]
        Tensor distance = F.MatMul(centre, normal); // [N, 1, 1]
        Tensor along = distance / F.Clamp(F.MatMul(rays, normal), Behind, null); // [B, P, 1]
        return F.MatMul(along * rays - centre, axes.Narrow(2, 0, 2));
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
