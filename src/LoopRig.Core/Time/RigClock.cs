using System.Diagnostics;

namespace LoopRig.Core;

/// <summary>
/// The one rig clock: nanoseconds of CLOCK_MONOTONIC, the clock that V4L2 and Mesa stamp with and that Python calls <c>time.monotonic_ns</c>.
/// On Linux <see cref="Stopwatch"/> reads this clock in ticks of one nanosecond.
/// </summary>
public static class RigClock
{
    /// <summary>Nanoseconds in a second.</summary>
    public const long SecondNs = 1_000_000_000;

    /// <summary>Nanoseconds in a millisecond.</summary>
    public const long MillisecondNs = 1_000_000;

    /// <summary>Now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    public static long Now => Stopwatch.GetTimestamp();
}

/// <summary>Names the clock that a device time was read from; descriptors say which number is which clock.</summary>
/// <param name="Value">0 is the rig clock itself.</param>
public readonly record struct ClockId(uint Value)
{
    /// <summary>The rig clock.</summary>
    public static ClockId Rig => default;

    /// <summary>
    /// The number of a device clock, made of its name alone: programs of one rig agree on it without asking each other. Never 0.
    /// </summary>
    public static ClockId Of(string name) => new(Math.Max(1, Crc32.Compute(System.Text.Encoding.UTF8.GetBytes(name))));
}
