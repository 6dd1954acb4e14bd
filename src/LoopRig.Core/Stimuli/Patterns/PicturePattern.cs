namespace LoopRig.Core.Stimuli;

/// <summary>Pictures on gray: one that stands or several that follow each other.</summary>
public sealed record PicturePattern : Pattern
{
    /// <summary>The pictures.</summary>
    public required PictureSource Source { get; init; }

    /// <summary>The first that is shown, counted from 0.</summary>
    public int First { get; init; }

    /// <summary>How many are shown.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Pictures a second; the last one stays. 0: one picture for each flip.</summary>
    public double RateHz { get; init; }

    /// <summary>Width of the picture about its centre, degrees; 0: it fills the screen.</summary>
    public double WidthDeg { get; init; }

    /// <summary>The picture's centre, where it does not fill the screen.</summary>
    public VisualAngle Centre { get; init; }

    /// <summary>Pixels melt into each other; else each is a square.</summary>
    public bool Smooth { get; init; }

    /// <summary>A round window; null: none.</summary>
    public Aperture? Aperture { get; init; }

    /// <summary>The picture of a frame of the segment: the last one that is due.</summary>
    public int IndexAt(int frame, double refreshHz) =>
        First + Math.Min(Count - 1, RateHz == 0 ? frame : (int)Math.Floor(frame * RateHz / refreshHz + 1e-6));
}
