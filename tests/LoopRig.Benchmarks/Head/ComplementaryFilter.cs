using LoopRig.Acquisition;

namespace LoopRig.Benchmarks;

/// <summary>
/// The reference: a plain complementary filter. Up is turned by the gyroscope and pulled towards the accelerometer's direction; no bias, no rejection of
/// motion. Its time constant is a usual one: shorter follows every motion, longer the gyroscope's bias.
/// </summary>
internal sealed class ComplementaryFilter
{
    private const double TauS = 0.5;
    private long _lastNs;
    private bool _started;

    public Vector3D Up { get; private set; }

    public void Update(long timeNs, Vector3D rate, Vector3D acceleration)
    {
        var measured = acceleration * (1 / acceleration.Length);
        if (!_started)
        {
            (_started, _lastNs, Up) = (true, timeNs, measured);
            return;
        }
        var seconds = (timeNs - _lastNs) * 1e-9;
        _lastNs = timeNs;
        var turned = Up - Vector3D.Cross(rate, Up) * seconds;
        var pulled = turned + (measured - turned) * (seconds / TauS);
        Up = pulled * (1 / pulled.Length);
    }
}
