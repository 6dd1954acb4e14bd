namespace LoopRig.Inference;

/// <summary>Remembers what a display showed, as far back as bins may be late. Allocates nothing.</summary>
internal sealed class ScreenHistory
{
    private const int Remembered = 256;
    private readonly (int Stimulus, long SinceNs)[] _changes = new (int, long)[Remembered];
    private long _count;

    /// <summary>Gray, before the first flip.</summary>
    public ScreenHistory() => Array.Fill(_changes, (-1, 0));

    /// <summary>What is shown now, and since when.</summary>
    public (int Stimulus, long SinceNs) Now => _count == 0 ? (-1, 0) : _changes[(_count - 1) % Remembered];

    /// <summary>Takes every change that the display tells of.</summary>
    public void Follow(IStimulusDisplay display)
    {
        while (display.TryTakeChange(out var stimulus, out var sinceNs))
        {
            _changes[_count++ % Remembered] = (stimulus, sinceNs);
        }
    }

    /// <summary>What was shown through the whole of [<paramref name="startNs"/>, <paramref name="endNs"/>); <see cref="ControlBin.Changed"/>: more than one.</summary>
    public int Through(long startNs, long endNs)
    {
        for (var i = _count - 1; i >= Math.Max(0, _count - Remembered); i--)
        {
            var (stimulus, sinceNs) = _changes[i % Remembered];
            if (sinceNs < endNs)
            {
                return sinceNs <= startNs ? stimulus : ControlBin.Changed;
            }
        }
        return _count <= Remembered ? -1 : ControlBin.Changed;
    }
}
