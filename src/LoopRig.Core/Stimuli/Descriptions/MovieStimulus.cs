namespace LoopRig.Core.Stimuli;

/// <summary>A movie, with gray before and after.</summary>
public sealed record MovieStimulus : StimulusDescription
{
    /// <summary>A video, or a .npy of movies (N, T, H, W), which are shown one after the other.</summary>
    public required string Path { get; init; }

    /// <summary>Pictures a second; absent: as the video says, or one for each flip.</summary>
    [Within(0.1, 1000)]
    public double? RateHz { get; init; }

    /// <summary>Gray before and after each, s.</summary>
    [Within(0, 600)]
    public double BlankSeconds { get; init; } = 0.5;

    /// <summary>Shows the first so many seconds; absent: all.</summary>
    [Within(0.01, 36000)]
    public double? Seconds { get; init; }

    /// <summary>What the movie must measure; absent: any size.</summary>
    public PictureSize? Size { get; init; }

    /// <summary>Width of the picture about the screen's middle, degrees; absent: it fills the screen.</summary>
    [Within(0.5, 170)]
    public double? WidthDeg { get; init; }

    /// <summary>A round window; absent: none.</summary>
    public Aperture? Aperture { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var listing = plan.Pictures.List(Path);
        if (Size is { } size && (size.HeightPx != listing.Height || size.WidthPx != listing.Width))
        {
            throw plan.Error("size", $"{Path} measures {listing.Width} x {listing.Height} px, not {size.WidthPx} x {size.HeightPx}");
        }
        if (listing.Count < 2)
        {
            throw plan.Error("path", $"{Path} is no movie; for images there is the kind images");
        }
        var rate = RateHz ?? (listing.RateHz > 0 ? listing.RateHz : plan.RefreshHz);
        if (rate > plan.RefreshHz * 1.0001)
        {
            plan.Warn(FormattableString.Invariant($"{rate:0.###} pictures a second are more than the monitor's {plan.RefreshHz:0.###} flips: some are left out"));
        }
        var seconds = Math.Min(Seconds ?? double.PositiveInfinity, listing.Count / rate);
        foreach (var (name, source, first) in listing.Sources)
        {
            plan.Gray(BlankSeconds);
            plan.Add(seconds, new PicturePattern { Source = source, First = first, Count = listing.Count, RateHz = rate, WidthDeg = WidthDeg ?? 0, Centre = plan.Geometry.Middle, Smooth = true, Aperture = Aperture }, name);
            plan.Gray(BlankSeconds);
        }
    }

    internal override IEnumerable<(string Key, string Path)> Files => [("path", Path)];

    internal override StimulusDescription WithFiles(Func<string, string> resolve) => this with { Path = resolve(Path) };
}
