using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>
/// Responses to images that were shown one by one, some of them repeatedly. Two layouts, told apart by their files: zipped JPEG pictures with mean responses
/// (macaque V4, Cowley et al.) and pictures in an array with the response to every presentation (mouse V1, Antolik et al. 2016).
/// </summary>
public sealed record ImagesConfig : DataConfig
{
    /// <summary>The folder of the set.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the sessions; null: all.</summary>
    public string[]? Sessions { get; init; }

    /// <summary>Which images are for what.</summary>
    public StimulusSplit Split { get; init; } = new ModuloSplit();

    /// <summary>For how long activity was counted for one image, ms.</summary>
    public double BinMs { get; init; } = 100;

    /// <inheritdoc/>
    public override IReadOnlyList<InputSpec> Offered()
    {
        bool zipped = IsZipped();
        string first = Names(zipped)[0];
        (int width, int height) = zipped ? ZippedPictures.PictureSize(Folder, first) : PictureArrays.PictureSize(Folder, first);
        return [new InputSpec { Name = "image", Kind = InputKind.Image, Channels = zipped ? 3 : 1, Height = height, Width = width }];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SessionData> Open(InputSpec[] inputs)
    {
        if (inputs is not [{ Kind: InputKind.Image } image])
            throw new NetworkException($"an image set gives one image and nothing else; the network takes {string.Join(", ", inputs.Select(static input => input.Name))}");
        bool zipped = IsZipped();
        return OpenEach(Names(zipped), session => SessionOf(zipped ? ZippedPictures.Read(Folder, session, image) : PictureArrays.Read(Folder, session, image), image));
    }

    /// <inheritdoc/>
    public override DataConfig WithPaths(Func<string, string> absolute) => this with { Folder = absolute(Folder) };

    private bool IsZipped()
    {
        if (ZippedPictures.Is(Folder))
            return true;
        return PictureArrays.Is(Folder)
            ? false
            : throw new DataFileException(Folder, Directory.Exists(Folder)
                ? "no image set: neither images/ with responses/ nor validation_inputs.npy with raw_validation_set.npy is there"
                : "no such folder");
    }

    private string[] Names(bool zipped) => Choose(Folder, zipped ? ZippedPictures.Sessions(Folder) : PictureArrays.Sessions(Folder), Sessions);

    private SessionData SessionOf(ImageRecording recording, InputSpec image)
    {
        var notes = new List<string>();
        (DataPart[] parts, int shared) = Split.Apply(recording.Identity, $"images of session {recording.Name}");
        if (shared > 0)
            notes.Add($"{shared} images are left out because the same picture is in a later part under another number");
        int[] known = [.. Enumerable.Range(0, recording.Shown.Length).Where(at => !Array.TrueForAll(recording.Responses[at], float.IsNaN))];
        if (known.Length < recording.Shown.Length)
            notes.Add($"{recording.Shown.Length - known.Length} presentations without any response are left out");
        if (known.Length == 0)
            throw new LoopRigException($"{Folder}: session {recording.Name} has no response that is a number");
        float[][] responses = [.. known.Select(at => recording.Responses[at])];
        int[] shown = [.. known.Select(at => recording.Shown[at])];
        DataTrial[] trials = [.. shown.Select(static (picture, bin) => new DataTrial($"image {picture + 1}", bin, 1))];
        (long[] indices, int[] unbroken) = DatasetContent.Apart(trials);
        int units = responses[0].Length;
        var data = new Dataset(new DatasetContent
        {
            Inputs = [image with { Mean = [], Std = [] }],
            Values = [new ByteRows([.. shown.Select(picture => recording.Pictures[picture])], image.Length)],
            UnitIds = NetworkSpec.NumberedUnits(units),
            Activity = new FloatRows(responses, units),
            Known = [.. shown.Select(static _ => true)],
            BinNs = (long)(BinMs * RigClock.MillisecondNs),
            Indices = indices,
            Unbroken = unbroken,
            Trials = trials,
            Repeats = [.. shown.Select(picture => recording.Identity[picture])],
            Notes = notes,
        });
        return new SessionData(recording.Name, data, [.. shown.Select(picture => parts[picture])], OutputDelayBins);
    }
}
