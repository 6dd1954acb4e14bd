namespace LoopRig.Core.Stimuli;

/// <summary>A set of most exciting inputs and their controls, as synthesis writes them (see <see cref="MeiSet"/>).</summary>
public sealed record MeiSetStimulus : StimulusDescription
{
    /// <summary>The set's JSON file.</summary>
    public required string Path { get; init; }

    /// <summary>How long each image stays, s; movies play once.</summary>
    [Within(0.01, 600)]
    public double Seconds { get; init; } = 0.5;

    /// <summary>Gray before each, s.</summary>
    [Within(0, 600)]
    public double BlankSeconds { get; init; } = 0.5;

    /// <summary>How often each is shown; the order is drawn anew each time.</summary>
    [Within(1, 10000)]
    public int Repeats { get; init; } = 1;

    /// <summary>The network that the set must be of, by its hash; absent: any.</summary>
    public string? NetworkHash { get; init; }

    /// <summary>Width of the image about the screen's middle, degrees; absent: it fills the screen.</summary>
    [Within(0.5, 170)]
    public double? WidthDeg { get; init; }

    /// <summary>A round window; absent: none.</summary>
    public Aperture? Aperture { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var set = MeiSet.Load(Path);
        if (NetworkHash is not null && NetworkHash != set.NetworkHash)
        {
            throw plan.Error("networkHash", $"{Path} was made for the network {set.NetworkHash}, not for {NetworkHash}");
        }
        var listing = plan.Pictures.List(set.FramesPath);
        if (listing.Sources.Count != set.Items.Length)
        {
            throw plan.Error("path", $"{set.FramesPath} holds {listing.Sources.Count} stimuli, {Path} names {set.Items.Length}");
        }
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            foreach (var i in plan.RandomOrder(set.Items.Length))
            {
                var (_, source, first) = listing.Sources[i];
                var rate = set.RateHz > 0 ? set.RateHz : plan.RefreshHz;
                plan.Gray(BlankSeconds);
                plan.Add(listing.Count > 1 ? listing.Count / rate : Seconds, new PicturePattern
                {
                    Source = source,
                    First = first,
                    Count = listing.Count,
                    RateHz = listing.Count > 1 ? rate : 0,
                    WidthDeg = WidthDeg ?? 0,
                    Centre = plan.Geometry.Middle,
                    Smooth = true,
                    Aperture = Aperture,
                }, set.Items[i].Name);
            }
        }
    }

    internal override IEnumerable<(string Key, string Path)> Files => [("path", Path)];

    internal override StimulusDescription WithFiles(Func<string, string> resolve) => this with { Path = resolve(Path) };
}
