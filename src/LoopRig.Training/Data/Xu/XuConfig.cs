using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// The published data of Xu et al. 2023 (doi 10.17605/OSF.IO/MSP3A): <c>MOUSE/train_FIELD_seg_S.npy</c> and <c>test_FIELD_seg_S.npy</c>. Their habits live in
/// this reader alone: see <see cref="XuMouse"/>.
/// </summary>
public sealed record XuConfig : DataConfig
{
    /// <summary>The folder that holds a folder a mouse.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the mice; null: all.</summary>
    public string[]? Sessions { get; init; }

    /// <summary>Which video: "vid_mean", "vid_shift_mean" (corrected for gaze beforehand), or their "_middle" forms.</summary>
    public string Video { get; init; } = "vid_mean";

    /// <summary>Units that are left out, by mouse. The published mice have their published lists (rates below 3 Hz) unless they are named here.</summary>
    public Dictionary<string, int[]> DroppedUnits { get; init; } = [];

    /// <summary>Share of each training segment that fits; the rest validates.</summary>
    public double FitShare { get; init; } = 0.8;

    /// <inheritdoc/>
    public override int OutputDelayBins { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<InputSpec> Offered()
    {
        using NpyFile video = ArrayFile.Open(XuMouse.PathOf(Path.Combine(Folder, Names()[0]), "train", Video, 0), "(bins, rows, columns)", ArrayFile.Any, ArrayFile.Any, ArrayFile.Any);
        return [XuMouse.ImageOf(video), new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = [.. XuMouse.Fields] }];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SessionData> Open(InputSpec[] inputs)
    {
        if (!(FitShare is > 0 and < 1))
            throw new LoopRigException($"fitShare is {FitShare}, not a share between 0 and 1");
        return OpenEach(Names(), mouse => XuMouse.Read(Path.Combine(Folder, mouse), this, inputs));
    }

    /// <inheritdoc/>
    public override DataConfig WithPaths(Func<string, string> absolute) => this with { Folder = absolute(Folder) };

    private string[] Names()
    {
        if (!Directory.Exists(Folder))
            throw new DataFileException(Folder, "no such folder");
        string[] mice = [.. Directory.GetDirectories(Folder).Where(static mouse => Directory.EnumerateFiles(mouse, "train_*_seg_*.npy").Any()).Select(static mouse => Path.GetFileName(mouse))];
        Array.Sort(mice, StringComparer.Ordinal);
        return mice.Length > 0
            ? Choose(Folder, mice, Sessions)
            : throw new DataFileException(Folder, "no mouse in it: MOUSE/train_FIELD_seg_S.npy is looked for");
    }
}
