namespace LoopRig.Acquisition;

/// <summary>Steps of a counter that begins again at its end.</summary>
/// <param name="bits">Its width; 0: it never begins again.</param>
internal sealed class EncoderCounter(int bits)
{
    private readonly double _size = Math.Pow(2, bits);
    private bool _known;
    private double _last;

    /// <summary>What comes next is no step from what was.</summary>
    internal void Forget() => _known = false;

    /// <summary>How far a reading is from the last one that was kept, the shorter way round; 0 at the first.</summary>
    internal double StepTo(double reading)
    {
        double step = _known ? reading - _last : 0;
        return bits == 0 ? step : step - (_size * Math.Round(step / _size));
    }

    /// <summary>Keeps a reading: the next step begins there.</summary>
    internal void Keep(double reading) => (_known, _last) = (true, reading);
}
