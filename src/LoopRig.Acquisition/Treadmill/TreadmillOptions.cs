namespace LoopRig.Acquisition;

/// <summary>A wheel or treadmill: what its encoder's counts are on the ground, and what becomes of them.</summary>
public sealed record TreadmillOptions
{
    /// <summary>The adapter's name, and that of its stream of speed; the raw counts are NAME/counts.</summary>
    public required string Name { get; init; }

    /// <summary>Encoder counts of one turn (of a recording in radians: 6.2832).</summary>
    public required double CountsPerTurn { get; init; }

    /// <summary>The radius at which the animal runs, cm.</summary>
    public required double RadiusCm { get; init; }

    /// <summary>Growing counts are the animal running backwards.</summary>
    public bool Reverse { get; init; }

    /// <summary>The width of the counter, after which it begins again, bits; 0: it never does.</summary>
    public int CounterBits { get; init; } = 32;

    /// <summary>No animal is faster than this, cm/s: a reading farther from the one before is the encoder's error, and left out.</summary>
    public double FastestCmPerS { get; init; } = 400;

    /// <summary>Samples of speed per second, whatever the encoder's own rate.</summary>
    public double OutputRateHz { get; init; } = 100;

    /// <summary>The length of the Hamming window that the speed is smoothed with, ms. It lags by half of it.</summary>
    public double SpeedWindowMs { get; init; } = 100;

    /// <summary>A movement begins when the speed, forwards or backwards, reaches this, cm/s.</summary>
    public double MovingAboveCmPerS { get; init; } = 1;

    /// <summary>It is over when the speed has stayed below this, cm/s,</summary>
    public double StillBelowCmPerS { get; init; } = 0.4;

    /// <summary>for this long, ms.</summary>
    public double StillAfterMs { get; init; } = 200;

    /// <summary>The animal runs when the speed reaches this, cm/s.</summary>
    public double RunningAboveCmPerS { get; init; } = 5;

    /// <summary>It no longer runs when the speed falls below this, cm/s.</summary>
    public double RunningEndsBelowCmPerS { get; init; } = 3;

    /// <summary>The distance of one count, cm, forward positive.</summary>
    internal double CmPerCount => 2 * Math.PI * RadiusCm / CountsPerTurn * (Reverse ? -1 : 1);

    /// <summary>How much older than its time a speed is, ns.</summary>
    internal long DelayNs => (long)Math.Round(SpeedWindowMs * 1e6 / 2);

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="Core.DeviceException">A value is out of range.</exception>
    internal void Check()
    {
        Require(CountsPerTurn > 0, "countsPerTurn: more than 0");
        Require(RadiusCm > 0, "radiusCm: more than 0");
        Require(CounterBits is 0 or (>= 8 and <= 32), "counterBits: 0, or 8 to 32");
        Require(FastestCmPerS > 0, "fastestCmPerS: more than 0");
        Require(OutputRateHz > 0, "outputRateHz: more than 0");
        Require(SpeedWindowMs > 0, "speedWindowMs: more than 0");
        Require(StillBelowCmPerS > 0 && MovingAboveCmPerS >= StillBelowCmPerS, "movingAboveCmPerS: no less than stillBelowCmPerS, which is more than 0");
        Require(RunningEndsBelowCmPerS > 0 && RunningAboveCmPerS >= RunningEndsBelowCmPerS, "runningAboveCmPerS: no less than runningEndsBelowCmPerS, which is more than 0");
        Require(StillAfterMs >= 0, "stillAfterMs: no less than 0");
    }

    private void Require(bool fulfilled, string otherwise)
    {
        if (!fulfilled) throw new Core.DeviceException(Name, otherwise);
    }
}
