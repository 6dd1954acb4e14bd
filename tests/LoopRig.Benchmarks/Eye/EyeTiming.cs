using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The time of a frame: after a warm-up ten passes over the frames, the tracker and its reference in turn.</summary>
internal static class EyeTiming
{
    private const int Passes = 10;

    /// <summary>Gives what the tracker saw, and the times.</summary>
    public static (PupilObservation[] Seen, Comparison Times) Measure(EyeFrames frames, PupilTrackerOptions options)
    {
        var tracker = new PupilTracker(frames.Width, frames.Height, options);
        var reference = new ThresholdTracker(frames.Width, frames.Height, options.Kind);
        var seen = new PupilObservation[frames.Count];
        var ours = new List<double[]>();
        var theirs = new List<double[]>();
        for (var pass = -1; pass < Passes; pass++)
        {
            tracker.Reset();
            var (mine, other) = (new double[frames.Count], new double[frames.Count]);
            for (var i = 0; i < frames.Count; i++)
            {
                var begin = RigClock.Now;
                seen[i] = tracker.Track(frames[i]);
                var middle = RigClock.Now;
                reference.Track(frames[i]);
                (mine[i], other[i]) = ((middle - begin) / 1e6, (RigClock.Now - middle) / 1e6);
            }
            if (pass >= 0)
            {
                ours.Add(mine);
                theirs.Add(other);
            }
        }
        return (seen, new Comparison(ours, theirs));
    }

    public static PupilObservation[] TrackByThreshold(EyeFrames frames, PupilKind kind)
    {
        var reference = new ThresholdTracker(frames.Width, frames.Height, kind);
        return [.. Enumerable.Range(0, frames.Count).Select(i => reference.Track(frames[i]))];
    }
}
