using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// The training folder of a digital twin (Wang et al. 2025, the layout of fnn): the sub-folders training, samples, stimuli, perspectives, modulations and units,
/// each with one <c>TRIAL.npy</c> a trial. Films and responses stay on disk.
/// </summary>
public sealed record DigitalTwinConfig : DataConfig
{
    /// <summary>The folder with the sub-folders, or one that holds several of them, one a recording.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the recordings; null: all.</summary>
    public string[]? Sessions { get; init; }

    /// <summary>Frames a second.</summary>
    public double RateHz { get; init; } = 30;

    /// <summary>Which trials are for what; null: as the sub-folder training says, which knows no test.</summary>
    public StimulusSplit? Split { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<InputSpec> Offered()
    {
        string folder = Folders()[0];
        string trial = DigitalTwinFolder.Trials(folder)[0];
        using NpyFile film = DigitalTwinFolder.OpenFilm(folder, trial, null);
        return
        [
            DigitalTwinFolder.ImageOf(film),
            new InputSpec { Name = "perspective", Kind = InputKind.Vector, Variables = DigitalTwinFolder.Perspective },
            new InputSpec { Name = "modulation", Kind = InputKind.Vector, Variables = DigitalTwinFolder.Modulation },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SessionData> Open(InputSpec[] inputs)
    {
        if (!(RateHz > 0))
            throw new LoopRigException($"rateHz is {RateHz}, not a rate");
        return OpenEach(Folders(), folder => DigitalTwinFolder.Read(folder, this, inputs));
    }

    /// <inheritdoc/>
    public override DataConfig WithPaths(Func<string, string> absolute) => this with { Folder = absolute(Folder) };

    private string[] Folders()
    {
        if (!Directory.Exists(Folder))
            throw new DataFileException(Folder, "no such folder");
        if (DigitalTwinFolder.Is(Folder))
            return [Folder];
        string[] names = [.. Directory.GetDirectories(Folder).Where(DigitalTwinFolder.Is).Select(static folder => Path.GetFileName(folder))];
        Array.Sort(names, StringComparer.Ordinal);
        return names.Length > 0
            ? [.. Choose(Folder, names, Sessions).Select(name => Path.Combine(Folder, name))]
            : throw new DataFileException(Folder, $"no recording in it: the sub-folders {string.Join(", ", DigitalTwinFolder.Subfolders)} are looked for");
    }
}
