using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>
/// One recording of the digital-twin layout. Films are 0..255, read as 0..1; pupil and treadmill are as measured, and NaN, where one was lost, becomes the
/// network's mean of it; responses are in multiples of each unit's mean over the frames that fit, below 0 taken for 0 (fnn's demos/4).
/// </summary>
internal static class DigitalTwinFolder
{
    private const double LeastMean = 1e-4;

    public static readonly string[] Subfolders = ["training", "samples", "stimuli", "perspectives", "modulations", "units"];

    /// <summary>Columns of the perspectives: the pupil's centre.</summary>
    public static readonly string[] Perspective = [BehaviourVariables.PupilX, BehaviourVariables.PupilY];

    /// <summary>Columns of the modulations, in the published order.</summary>
    public static readonly string[] Modulation = [BehaviourVariables.PupilRadius, BehaviourVariables.Speed];

    public static bool Is(string folder) => Directory.Exists(Path.Combine(folder, "stimuli")) && Directory.Exists(Path.Combine(folder, "units"));

    public static string[] Trials(string folder) => ArrayFile.Trials(folder, Subfolders);

    public static InputSpec ImageOf(NpyFile film) => new() { Name = "image", Kind = InputKind.Image, Height = film.Shape[1], Width = film.Shape[2] };

    /// <summary>Opens a trial's film, of the size that others have.</summary>
    public static NpyFile OpenFilm(string folder, string trial, InputSpec? image)
    {
        NpyFile film = MappedPiece.InOrder(ArrayFile.Open(PathOf(folder, "stimuli", trial), "(frames, rows, columns)", ArrayFile.Any, image?.Height ?? ArrayFile.Any, image?.Width ?? ArrayFile.Any));
        if (film.DType == DType.U8)
            return film;
        film.Dispose();
        throw new DataFileException(film.Path, $"holds {film.DType}, where grey levels of uint8 are needed");
    }

    /// <summary>Reads a recording.</summary>
    /// <exception cref="DataFileException">A file is absent, damaged, or does not fit the others; file and trial are named.</exception>
    public static SessionData Read(string folder, DigitalTwinConfig config, InputSpec[] inputs)
    {
        string[] names = Trials(folder);
        var films = new List<MappedPiece>();
        var responses = new List<MappedPiece>();
        try
        {
            return Read(folder, names, config, inputs, films, responses);
        }
        catch
        {
            foreach (MappedPiece piece in films.Concat(responses))
                piece.File.Dispose();
            throw;
        }
    }

    private static SessionData Read(string folder, string[] names, DigitalTwinConfig config, InputSpec[] inputs, List<MappedPiece> films, List<MappedPiece> responses)
    {
        var trials = new List<DataTrial>();
        var training = new List<bool>();
        var series = Perspective.Concat(Modulation).ToDictionary(static name => name, static _ => new List<float>());
        InputSpec? image = null;
        int units = ArrayFile.Any, first = 0;
        foreach (string name in names)
        {
            int frames = (int)ArrayFile.Number(PathOf(folder, "samples", name));
            NpyFile film = OpenFilm(folder, name, image);
            films.Add(new MappedPiece(film, first, frames, Scale: 1f / 255));
            if (film.Rows != frames)
                throw new DataFileException(film.Path, $"trial {name} has {film.Rows} frames, but {PathOf(folder, "samples", name)} says {frames}");
            image ??= ImageOf(film);
            NpyFile activity = MappedPiece.InOrder(ArrayFile.Open(PathOf(folder, "units", name), "(frames, units)", frames, units));
            responses.Add(new MappedPiece(activity, first, frames));
            units = activity.Shape[1];
            AddColumns(PathOf(folder, "perspectives", name), frames, Perspective, series);
            AddColumns(PathOf(folder, "modulations", name), frames, Modulation, series);
            training.Add(ArrayFile.Number(PathOf(folder, "training", name)) != 0);
            trials.Add(new DataTrial(name, first, frames));
            first += frames;
        }
        var notes = new List<string>();
        int[] identity = FilmIdentity.Of(films, image!.Length);
        (DataPart[] parts, int shared) = config.Split?.Apply(identity, $"trials of {folder}") ?? Published(training, identity, folder);
        if (shared > 0)
            notes.Add($"{shared} trials are left out because the same film is in a later part");
        (long[] indices, int[] unbroken) = DatasetContent.Apart(trials);
        var raw = new MappedRows(responses, units);
        ResponseScan scan = ResponseScan.Of(raw, trials, parts, trial => PathOf(folder, "units", trial));
        if (scan.MissingTrials.Count > 0)
            notes.Add($"{scan.MissingTrials.Count} trials without any response are left out: {string.Join(", ", scan.MissingTrials)}");
        if (scan.Negative > 0)
            notes.Add($"{scan.Negative} responses below 0 are taken for 0");
        var binding = new InputBinding(folder, image, new MappedRows(films, image.Length), series.ToDictionary(static one => one.Key, static one => one.Value.ToArray()), unbroken);
        var data = new Dataset(new DatasetContent
        {
            Inputs = InputBinding.WithoutStatistics(inputs),
            Values = binding.Bind(inputs),
            UnitIds = NetworkSpec.NumberedUnits(units),
            Activity = new ScaledRows(raw, Array.ConvertAll(scan.Mean, static mean => double.IsNaN(mean) ? 1 : (float)Math.Max(mean, LeastMean))),
            Known = scan.Known,
            BinNs = (long)Math.Round(RigClock.SecondNs / config.RateHz),
            Indices = indices,
            Unbroken = unbroken,
            Trials = trials,
            Repeats = FilmIdentity.Numbers(trials, identity),
            Notes = notes,
        });
        return new SessionData(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), data, StimulusSplit.OfBins(trials, parts), config.OutputDelayBins);
    }

    private static void AddColumns(string path, int frames, string[] columns, Dictionary<string, List<float>> series)
    {
        using NpyFile file = ArrayFile.Open(path, "(frames, variables)", frames, columns.Length);
        float[] values = file.ReadSingles();
        for (int at = 0; at < values.Length; at++)
            series[columns[at % columns.Length]].Add(values[at]);
    }

    private static (DataPart[] Parts, int LeftOut) Published(List<bool> training, int[] identity, string folder)
    {
        DataPart[] parts = [.. training.Select(static fits => fits ? DataPart.Fit : DataPart.Validation)];
        StimulusSplit.Require(parts, $"trials of {folder}", DataPart.Fit, DataPart.Validation);
        return StimulusSplit.WithoutLeaks(parts, identity);
    }

    private static string PathOf(string folder, string subfolder, string trial) => Path.Combine(folder, subfolder, trial + ".npy");
}
