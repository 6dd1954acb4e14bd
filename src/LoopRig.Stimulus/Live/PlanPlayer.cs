using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.LibC;
using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Rendering;

namespace LoopRig.Stimulus.Live;

/// <summary>Shows a plan from its first frame to its last, one flip a frame.</summary>
public static class PlanPlayer
{
    /// <summary>Shows a plan that was prepared, then gray.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="renderer">Of its monitor, on this thread.</param>
    /// <param name="display">Where to.</param>
    /// <param name="clock">What paces the flips.</param>
    /// <param name="flipCode">Whether the corner carries the flip's mark.</param>
    /// <param name="records">Takes a record a flip; its length is how many frames are shown.</param>
    /// <param name="watch">Judges the timing.</param>
    /// <param name="stop">Ends it between two flips.</param>
    /// <returns>How many flips there were.</returns>
    /// <exception cref="DeviceException">The window was lost.</exception>
    public static int Show(StimulusPlan plan, StimulusRenderer renderer, IDisplay display, DisplayClock clock, bool flipCode, FlipRecord[] records, FlipWatch watch, CancellationToken stop)
    {
        using var pacer = new Pacer(stop);
        var periodNs = 1e9 / plan.Geometry.Monitor.RefreshHz;
        var begin = RigClock.Now;
        long slot = 0;
        var at = 0;
        for (var frame = 0; frame < records.Length; frame++)
        {
            if (stop.IsCancellationRequested)
            {
                return frame;
            }
            at = plan.SegmentAt(frame, at);
            renderer.Draw(plan.Segments[at].Pattern, frame - plan.Segments[at].FirstFrame);
            if (flipCode)
            {
                renderer.DrawFlipMark(frame);
            }
            if (clock == DisplayClock.Paced)
            {
                // A slot that has passed is missed, as on a screen: the next one that comes is taken.
                slot = Math.Max(slot + 1, (long)Math.Ceiling((RigClock.Now - begin) / periodNs));
                pacer.WaitUntil(begin + (long)(slot * periodNs));
            }
            var stamp = display.Show(renderer);
            records[frame] = new FlipRecord
            {
                Flip = frame,
                Segment = at,
                Frame = frame,
                CommandedNs = begin,
                DrawnNs = stamp.DrawnNs,
                FlippedNs = stamp.FlippedNs,
                Refreshes = stamp.Refreshes,
                Missed = watch.Take(stamp),
                Stamp = (long)stamp.Source,
                Answers = -1,
            };
            if (display.IsLost)
            {
                throw new DeviceException(display.Description, "the window was closed, or its screen unplugged");
            }
        }
        renderer.DrawUniform(Pattern.Gray);
        display.Show(renderer);
        return records.Length;
    }
}
