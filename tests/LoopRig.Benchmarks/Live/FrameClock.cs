using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>
/// When each frame of a run is due and when it was sent. A frame's device time is the end of the bin before it, so that the frame closes that bin and
/// the bin's end finds the frame again.
/// </summary>
internal sealed class FrameClock
{
    private readonly long[] _sentNs;
    private long _startNs;

    /// <param name="periodNs">From frame to frame, and the length of a bin.</param>
    /// <param name="frames">How many frames.</param>
    /// <param name="warmUp">How many of them come before the measurement.</param>
    public FrameClock(long periodNs, int frames, int warmUp)
    {
        (PeriodNs, WarmUp, _sentNs) = (periodNs, warmUp, new long[frames]);
        Begin(0);
    }

    /// <summary>Sets the first frame's time: some periods from now, on the bins' grid, plus <paramref name="offsetNs"/>.</summary>
    public void Begin(long offsetNs) => _startNs = (RigClock.Now / PeriodNs + 20) * PeriodNs + offsetNs;

    public long PeriodNs { get; }

    public int WarmUp { get; }

    public int Frames => _sentNs.Length;

    public int Measured => Frames - WarmUp;

    public long DueNs(int frame) => _startNs + frame * PeriodNs;

    public void Sent(int frame, long nowNs) => Volatile.Write(ref _sentNs[frame], nowNs);

    /// <summary>The measured frame of this device time, counted from the end of the warm-up, and how long ago it was sent; false for every other and for one not sent yet.</summary>
    public bool TryMeasure(long deviceTimeNs, long nowNs, out int frame, out long elapsedNs)
    {
        var index = (deviceTimeNs - _startNs) / PeriodNs;
        // A bin whose patience ran out on a busy machine goes out before its frame was sent: there is nothing to measure.
        var sent = index >= WarmUp && index < Frames ? Volatile.Read(ref _sentNs[index]) : 0;
        (frame, elapsedNs) = sent != 0 ? ((int)index - WarmUp, nowNs - sent) : (0, 0);
        return sent != 0;
    }
}
