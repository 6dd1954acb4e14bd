using System.Runtime.CompilerServices;

namespace LoopRig.Acquisition;

/// <summary>
/// Three signals behind a second-order Butterworth low-pass. After a restart it is their mean until one tau has passed, which is the best that is known of
/// a constant, and the filter goes on from there.
/// </summary>
internal struct LowPassVector
{
    private Vector3D _rate; // the filter's second state, in units of the signal a tau

    internal Vector3D Value { get; private set; }

    internal void Restart(Vector3D value) => (Value, _rate) = (value, default);

    /// <summary>Takes a sample while the mean is formed: its share is the step over the time since the restart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Average(Vector3D input, double share) => Value += (input - Value) * share;

    /// <summary>Takes a sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Filter(Vector3D input, in LowPassStep step)
    {
        Vector3D off = Value - input;
        Vector3D turned = _rate + off;
        Value = input + (off * step.Cos) + (turned * step.Sin);
        _rate = (_rate * step.Cos) - ((turned + off) * step.Sin);
    }
}
