namespace LoopRig.Stimulus.Live;

/// <summary>What a stimulus was stopped for.</summary>
public enum SafetyVerdict
{
    /// <summary>Nothing: it may be shown.</summary>
    Safe,
    /// <summary>The screen would be too bright.</summary>
    TooBright,
    /// <summary>It flashes too fast.</summary>
    TooFast,
    /// <summary>It lasts too long.</summary>
    TooLong,
}

/// <summary>
/// Judges each frame before it is shown. A frame that breaks a limit is never shown: the safe screen is, until another command comes. Allocates nothing.
/// </summary>
public sealed class SafetyGate
{
    private const double FlashStep = 0.1;

    private readonly SafetyLimits _limits;
    private readonly double _refreshHz;
    private readonly long[] _changes; // frames of the latest reversals, a ring
    private long _frame, _count, _reversals;
    private double _extreme = 0.5;
    private int _direction;

    /// <summary>Begins with a gray screen.</summary>
    public SafetyGate(SafetyLimits limits, double refreshHz)
    {
        (_limits, _refreshHz) = (limits, refreshHz);
        // A flash is two opposing changes.
        _changes = new long[Math.Max(1, (int)Math.Floor(2 * limits.MostFlashesPerS) + 1)];
        Array.Fill(_changes, long.MinValue / 2);
    }

    /// <summary>Another stimulus begins; what was flashed stays in memory.</summary>
    public void Begin() => _count = 0;

    /// <summary>Judges the next frame by its mean level, 0 to 1.</summary>
    public SafetyVerdict Judge(double meanLevel)
    {
        _frame++;
        _count++;
        Follow(meanLevel);
        if (meanLevel > _limits.MostMeanLevel)
        {
            return SafetyVerdict.TooBright;
        }
        if (_frame - _changes[_reversals % _changes.Length] < _refreshHz)
        {
            return SafetyVerdict.TooFast;
        }
        return _count > _limits.MostSeconds * _refreshHz ? SafetyVerdict.TooLong : SafetyVerdict.Safe;
    }

    // A change counts when the level has gone a tenth of the range back from its last extreme.
    private void Follow(double level)
    {
        if (_direction >= 0 && level > _extreme || _direction <= 0 && level < _extreme)
        {
            if (_direction == 0 && Math.Abs(level - _extreme) < FlashStep)
            {
                return;
            }
            if (_direction == 0)
            {
                _direction = Math.Sign(level - _extreme);
                Change();
            }
            _extreme = level;
            return;
        }
        if (Math.Abs(level - _extreme) >= FlashStep)
        {
            _direction = Math.Sign(level - _extreme);
            _extreme = level;
            Change();
        }
    }

    private void Change()
    {
        _changes[_reversals % _changes.Length] = _frame;
        _reversals++;
    }
}
