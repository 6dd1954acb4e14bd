namespace LoopRig.Core.Stimuli;

/// <summary>A stimulus file worked out for one monitor: every frame decided. The same file, monitor and seed give the same plan.</summary>
public sealed class StimulusPlan
{
    internal StimulusPlan(MonitorGeometry geometry, int seed, Segment[] segments, string[] warnings)
    {
        (Geometry, Seed, Segments, Warnings) = (geometry, seed, segments, warnings);
        Frames = segments.Length == 0 ? 0 : segments[^1].FirstFrame + segments[^1].Frames;
    }

    /// <summary>The monitor that it was made for.</summary>
    public MonitorGeometry Geometry { get; }

    /// <summary>The seed that it was made with.</summary>
    public int Seed { get; }

    /// <summary>What is shown, without gaps.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>What the monitor cannot show as asked.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Frames in all.</summary>
    public int Frames { get; }

    /// <summary>How long it takes, s.</summary>
    public double Seconds => Frames / Geometry.Monitor.RefreshHz;

    /// <summary>The segment of a frame; looks onward from a guess, so that playing costs nothing.</summary>
    public int SegmentAt(int frame, int guess = 0)
    {
        var at = Math.Clamp(guess, 0, Segments.Count - 1);
        while (frame < Segments[at].FirstFrame)
        {
            at--;
        }
        while (frame >= Segments[at].FirstFrame + Segments[at].Frames)
        {
            at++;
        }
        return at;
    }
}
