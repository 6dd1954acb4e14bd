using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// The folders of the Sensorium competitions: 2022 with images (<c>data/images/N.npy</c>) and 2023 with films (<c>data/videos/N.npy</c>), told apart by their
/// files. Films and responses to films stay on disk.
/// </summary>
public sealed record SensoriumConfig : DataConfig
{
    /// <summary>The folder of a recording, or one that holds several.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the recordings; null: all.</summary>
    public string[]? Sessions { get; init; }

    /// <summary>Tiers that are for the test; "train" fits, "validation" and "oracle" validate, and others are left out.</summary>
    public string[] TestTiers { get; init; } = ["test", "live", "live_test_main", "final_test_main"];

    /// <summary>Frames at the beginning of a film that are not scored: they are never a target in validation or test.</summary>
    public int UnscoredFrames { get; init; } = 50;

    /// <summary>Normalise by the statistics that were published with the recording, which look at all its trials; else by those over the trials that fit.</summary>
    public bool PublishedStatistics { get; init; }

    /// <summary>Frames a second of the films.</summary>
    public double RateHz { get; init; } = 30;

    /// <summary>For how long activity was counted for one image, ms.</summary>
    public double ImageMs { get; init; } = 500;

    /// <inheritdoc/>
    public override IReadOnlyList<InputSpec> Offered()
    {
        string folder = Folders()[0];
        return SensoriumFolder.IsFilms(folder) ? SensoriumFilms.Offered(folder) : SensoriumImages.Offered(folder);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SessionData> Open(InputSpec[] inputs)
    {
        if (!(RateHz > 0) || !(ImageMs > 0) || UnscoredFrames < 0)
            throw new LoopRigException("rateHz and imageMs must be positive, unscoredFrames not negative");
        return OpenEach(Folders(), folder => SensoriumFolder.IsFilms(folder) ? SensoriumFilms.Read(folder, this, inputs) : SensoriumImages.Read(folder, this, inputs));
    }

    /// <inheritdoc/>
    public override DataConfig WithPaths(Func<string, string> absolute) => this with { Folder = absolute(Folder) };

    private string[] Folders()
    {
        if (!Directory.Exists(Folder))
            throw new DataFileException(Folder, "no such folder");
        if (SensoriumFolder.Is(Folder))
            return [Folder];
        string[] names = [.. Directory.GetDirectories(Folder).Where(SensoriumFolder.Is).Select(static folder => Path.GetFileName(folder))];
        Array.Sort(names, StringComparer.Ordinal);
        return names.Length > 0
            ? [.. Choose(Folder, names, Sessions).Select(name => Path.Combine(Folder, name))]
            : throw new DataFileException(Folder, "no recording in it: data/images or data/videos with data/responses and meta/trials/tiers.npy are looked for");
    }
}
