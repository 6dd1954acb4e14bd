using LoopRig.Stimulus.Displays;

namespace LoopRig.Stimulus.Live;

/// <summary>Counts missed refreshes from two sources, the interval between flips and the driver's counter, and keeps what judges a display's timing. Allocates nothing.</summary>
public sealed class FlipWatch(double refreshHz)
{
    private const double LateFrom = 1.5; // of a period
    private readonly double _periodNs = 1e9 / refreshHz;
    private long _lastNs, _lastRefreshes = -1;
    private double _mean, _squares;

    /// <summary>Flips seen.</summary>
    public long Flips { get; private set; }

    /// <summary>Refreshes missed, by the interval between flips.</summary>
    public long MissedByInterval { get; private set; }

    /// <summary>Refreshes missed, by the driver's counter; null: it does not count.</summary>
    public long? MissedByCounter { get; private set; }

    /// <summary>Mean interval of flips on time, ns.</summary>
    public double MeanIntervalNs => _mean;

    /// <summary>Standard deviation of these intervals, ns.</summary>
    public double JitterNs => OnTime > 1 ? Math.Sqrt(_squares / (OnTime - 1)) : 0;

    /// <summary>The longest interval, ns.</summary>
    public long LongestNs { get; private set; }

    /// <summary>Intervals without a miss.</summary>
    public long OnTime { get; private set; }

    /// <summary>What the times were taken from.</summary>
    public StampSource Source { get; private set; }

    /// <summary>Takes a flip; gives how many refreshes were missed before it.</summary>
    public long Take(in FlipStamp stamp)
    {
        long missed = 0;
        if (Flips++ > 0)
        {
            var interval = stamp.FlippedNs - _lastNs;
            LongestNs = Math.Max(LongestNs, interval);
            var byInterval = interval > LateFrom * _periodNs ? (long)Math.Round(interval / _periodNs) - 1 : 0;
            MissedByInterval += byInterval;
            missed = byInterval;
            if (stamp.Refreshes >= 0 && _lastRefreshes >= 0)
            {
                var byCounter = Math.Max(0, stamp.Refreshes - _lastRefreshes - 1);
                MissedByCounter = (MissedByCounter ?? 0) + byCounter;
                missed = Math.Max(missed, byCounter);
            }
            if (byInterval == 0)
            {
                // Welford's running variance.
                OnTime++;
                var off = interval - _mean;
                _mean += off / OnTime;
                _squares += off * (interval - _mean);
            }
        }
        (_lastNs, _lastRefreshes, Source) = (stamp.FlippedNs, stamp.Refreshes, stamp.Source);
        return missed;
    }

    /// <summary>What is missing, though nothing is wrong: the second source of drops; null: nothing.</summary>
    public string? Remark => MissedByCounter is null ? "the driver counts no refreshes (GLX_OML_sync_control): drops have one source only, the interval" : null;

    /// <summary>What is wrong with the display's timing; empty: nothing was found.</summary>
    /// <param name="clock">What was to pace the flips.</param>
    /// <param name="software">The processor draws.</param>
    public IReadOnlyList<string> Faults(DisplayClock clock, bool software)
    {
        var faults = new List<string>();
        if (clock != DisplayClock.Vsync)
        {
            faults.Add("timing unverified: nothing but the computer's clock paced the flips");
        }
        if (software)
        {
            faults.Add("the processor draws (no graphics driver, or Xvfb): no flip is tied to a screen's refresh");
        }
        if (OnTime < 10)
        {
            faults.Add(FormattableString.Invariant($"only {OnTime} intervals were on time; too few to judge"));
            return faults;
        }
        if (clock == DisplayClock.Vsync && MeanIntervalNs < 0.9 * _periodNs)
        {
            faults.Add(FormattableString.Invariant($"swaps do not wait for the refresh: {1e9 / MeanIntervalNs:0.0} flips a second where {1e9 / _periodNs:0.0} are due; vsync is off"));
        }
        else if (Math.Abs(MeanIntervalNs / _periodNs - 1) > 0.01)
        {
            faults.Add(FormattableString.Invariant($"the screen runs at {1e9 / MeanIntervalNs:0.00} Hz, not at {1e9 / _periodNs:0.00}: another mode, or another monitor"));
        }
        if (JitterNs > 1e6)
        {
            faults.Add(FormattableString.Invariant($"intervals vary by {JitterNs / 1e6:0.00} ms (standard deviation); a compositor, or a busy computer"));
        }
        if (MissedByInterval > 0)
        {
            faults.Add(FormattableString.Invariant($"{MissedByInterval} refreshes of {Flips} were missed"));
        }
        if (MissedByCounter is { } counted && counted != MissedByInterval)
        {
            faults.Add(FormattableString.Invariant($"the driver counts {MissedByCounter} missed refreshes, the intervals tell of {MissedByInterval}"));
        }
        return faults;
    }
}
