using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The reference's side of the timing.</summary>
internal sealed class BackgroundSide(WholeFileBackground background, TimedFrame[] frames) : ISide
{
    public const string Description = "difference from the whole file's median picture, opened, largest region (OpenCV, full size; not causal, no heading, no speed)";

    private int _next;

    public string Form => Description;

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            var begin = RigClock.Now;
            background.TryFind(frames[_next].Picture, out _, out _);
            elapsedNs[i] = RigClock.Now - begin;
            _next = (_next + 1) % frames.Length;
        }
    }
}
