namespace LoopRig.Rig.Inception;

/// <summary>The neurons, judged, and with what the network's inputs beside the image are held at from then on.</summary>
internal sealed record Selection
{
    /// <summary>All units, in the network's order.</summary>
    public required UnitQuality[] Units { get; init; }

    /// <summary>Normalised values of each input but the image, by its name: their means while the repeated images were shown.</summary>
    public required Dictionary<string, float[]> Fixed { get; init; }

    /// <summary>Repeated images and their presentations in all.</summary>
    public required int Images { get; init; }

    /// <summary>Presentations in all.</summary>
    public required int Presentations { get; init; }

    /// <summary>The chosen ones, the best predicted first.</summary>
    public IEnumerable<UnitQuality> Chosen => Units.Where(static u => u.Selected).OrderByDescending(static u => u.Prediction);
}
