namespace LoopRig.Acquisition;

/// <summary>
/// The constants of <see cref="OrientationFilter"/>. One set for every sensor, rate and animal: neighbouring values do about as well
/// (<c>looprig bench imu</c> shows it), so nothing here wants tuning on a recording.
/// </summary>
public sealed record OrientationOptions
{
    /// <summary>Over how long the acceleration, turned into the gyroscope's own frame, is averaged to be taken for gravity, s.</summary>
    public double AccelerationTauS { get; init; } = 3;

    /// <summary>What is known of the bias at the start: its standard deviation, deg/s.</summary>
    public double BiasInitialDegPerS { get; init; } = 1;

    /// <summary>The largest bias that is believed, deg/s.</summary>
    public double BiasLimitDegPerS { get; init; } = 5;

    /// <summary>How fast what is known of the bias is forgotten: the time in which its standard deviation grows from 0 to 0.1 deg/s, s.</summary>
    public double BiasForgettingS { get; init; } = 100;

    /// <summary>The standard deviation that the bias settles at while the head moves, deg/s.</summary>
    public double BiasMotionDegPerS { get; init; } = 0.1;

    /// <summary>The standard deviation that the bias settles at while the head rests, deg/s.</summary>
    public double BiasRestDegPerS { get; init; } = 0.03;

    /// <summary>How long nothing may move to be called rest, s.</summary>
    public double RestAfterS { get; init; } = 1.5;

    /// <summary>The averaging that rest is judged against, s.</summary>
    public double RestTauS { get; init; } = 0.5;

    /// <summary>The largest deviation of the rate from its average at rest, deg/s.</summary>
    public double RestRateDegPerS { get; init; } = 2;

    /// <summary>The largest deviation of the acceleration from its average at rest, m/s2.</summary>
    public double RestAcceleration { get; init; } = 0.5;

    /// <summary>A longer time without samples makes the filter begin anew from the accelerometer (the bias is kept), s.</summary>
    public double LongestGapS { get; init; } = 0.2;

    /// <summary>No head keeps up such an acceleration for half a second, m/s2: an orientation by which it would is wrong, and the filter begins anew.</summary>
    public double ImpossibleAcceleration { get; init; } = 8;

    /// <summary>No head that nothing shakes glides away with this speed, m/s: the same.</summary>
    public double ImpossibleStillSpeed { get; init; } = 0.5;
}
