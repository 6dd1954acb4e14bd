namespace LoopRig.Core.Stimuli;

/// <summary>Natural images, each for a while, with gray between them.</summary>
public sealed record ImagesStimulus : StimulusDescription
{
    /// <summary>An image, a folder or zip of images, or a .npy of them (N, H, W).</summary>
    public required string Path { get; init; }

    /// <summary>How long each stays, s.</summary>
    [Within(0.01, 600)]
    public double Seconds { get; init; } = 0.5;

    /// <summary>Gray before each, s.</summary>
    [Within(0, 600)]
    public double BlankSeconds { get; init; } = 0.5;

    /// <summary>Shows so many of them; absent: all.</summary>
    [Within(1, 1e6)]
    public int? Count { get; init; }

    /// <summary>In random order; else by name.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Width of the image about the screen's middle, degrees; absent: it fills the screen.</summary>
    [Within(0.5, 170)]
    public double? WidthDeg { get; init; }

    /// <summary>A round window; absent: none.</summary>
    public Aperture? Aperture { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var listing = plan.Pictures.List(Path);
        if (listing.Count > 1 || listing.Sources.Count == 0)
        {
            throw plan.Error("path", $"{Path} holds {(listing.Count > 1 ? "movies" : "nothing")}; images belong here");
        }
        var order = Shuffle ? plan.RandomOrder(listing.Sources.Count) : Enumerable.Range(0, listing.Sources.Count).ToArray();
        foreach (var i in order.Take(Count ?? int.MaxValue))
        {
            var (name, source, first) = listing.Sources[i];
            plan.Gray(BlankSeconds);
            plan.Add(Seconds, new PicturePattern { Source = source, First = first, WidthDeg = WidthDeg ?? 0, Centre = plan.Geometry.Middle, Smooth = true, Aperture = Aperture }, name);
        }
    }

    internal override IEnumerable<(string Key, string Path)> Files => [("path", Path)];

    internal override StimulusDescription WithFiles(Func<string, string> resolve) => this with { Path = resolve(Path) };
}
