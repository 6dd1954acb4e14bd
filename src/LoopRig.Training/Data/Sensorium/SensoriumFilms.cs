using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// The layout of 2023: a trial is a film (rows, columns, frames), behaviour (pupil size, speed) and the pupil's centre (variables, frames), and responses
/// (neurons, frames). All are padded with NaN behind the film's true end.
/// </summary>
internal static class SensoriumFilms
{
    private static readonly string[] s_behaviour = [BehaviourVariables.PupilRadius, BehaviourVariables.Speed];

    public static IReadOnlyList<InputSpec> Offered(string folder)
    {
        (string[] trials, _) = SensoriumFolder.Trials(folder, "videos");
        using NpyFile film = OpenFilm(folder, trials[0], null);
        return [ImageOf(film), new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = s_behaviour }, new InputSpec { Name = "pupil_centre", Kind = InputKind.Vector, Variables = SensoriumFolder.Pupil }];
    }

    /// <summary>Opens a recording; films and responses stay on disk.</summary>
    public static SessionData Read(string folder, SensoriumConfig config, InputSpec[] inputs)
    {
        var films = new List<MappedPiece>();
        var responses = new List<MappedPiece>();
        try
        {
            return Read(folder, config, inputs, films, responses);
        }
        catch
        {
            foreach (MappedPiece piece in films.Concat(responses))
                piece.File.Dispose();
            throw;
        }
    }

    private static SessionData Read(string folder, SensoriumConfig config, InputSpec[] inputs, List<MappedPiece> films, List<MappedPiece> responses)
    {
        (string[] names, string[] tiers) = SensoriumFolder.Trials(folder, "videos");
        var notes = new List<string>();
        DataPart[] parts = SensoriumFolder.Parts(folder, tiers, config.TestTiers, notes);
        var trials = new List<DataTrial>();
        var series = new Dictionary<string, List<float>>();
        InputSpec? image = null;
        int units = ArrayFile.Any, first = 0;
        foreach (string name in names)
        {
            NpyFile film = OpenFilm(folder, name, image);
            films.Add(new MappedPiece(film, first, 0, TimeLast: true));
            image ??= ImageOf(film);
            int padded = film.Shape[2], frames = TrueFrames(film, name);
            films[^1] = new MappedPiece(film, first, frames, TimeLast: true, Scale: 1f / 255);
            NpyFile activity = MappedPiece.InOrder(ArrayFile.Open(SensoriumFolder.PathOf(folder, "responses", name), "(neurons, frames)", units, ArrayFile.Any));
            responses.Add(new MappedPiece(activity, first, frames, TimeLast: true));
            if (activity.Shape[1] < frames)
                throw new DataFileException(activity.Path, $"trial {name} has responses to {activity.Shape[1]} frames, but the film has {frames}");
            units = activity.Shape[0];
            AddColumns(folder, "behavior", name, frames, padded, s_behaviour, series);
            AddColumns(folder, "pupil_center", name, frames, padded, SensoriumFolder.Pupil, series);
            trials.Add(new DataTrial(name, first, frames));
            first += frames;
        }
        int[] identity = FilmIdentity.Of(films, image!.Length);
        (parts, int shared) = StimulusSplit.WithoutLeaks(parts, identity);
        if (shared > 0)
            notes.Add($"{shared} trials are left out because the same film is in a later tier");
        var raw = new MappedRows(responses, units);
        ResponseScan scan = ResponseScan.Of(raw, trials, parts, trial => SensoriumFolder.PathOf(folder, "responses", trial));
        if (scan.MissingTrials.Count > 0)
            notes.Add($"{scan.MissingTrials.Count} trials without any response are left out: {string.Join(", ", scan.MissingTrials)}");
        for (int trial = 0; trial < trials.Count; trial++)
        {
            if (parts[trial] != DataPart.Fit)
                scan.Known.AsSpan(trials[trial].First, Math.Min(config.UnscoredFrames, trials[trial].Bins)).Clear();
        }
        (long[] indices, int[] unbroken) = DatasetContent.Apart(trials);
        var binding = new InputBinding(folder, image, new MappedRows(films, image.Length), series.ToDictionary(static one => one.Key, static one => one.Value.ToArray()), unbroken);
        var data = new Dataset(new DatasetContent
        {
            Inputs = InputBinding.WithoutStatistics(inputs),
            Values = binding.Bind(inputs),
            UnitIds = SensoriumFolder.UnitIds(folder, units),
            Activity = new ScaledRows(raw, SensoriumFolder.ResponseScale(folder, config.PublishedStatistics, scan)),
            Known = scan.Known,
            BinNs = (long)Math.Round(RigClock.SecondNs / config.RateHz),
            Indices = indices,
            Unbroken = unbroken,
            Trials = trials,
            Repeats = FilmIdentity.Numbers(trials, identity),
            Published = config.PublishedStatistics ? SensoriumFolder.Published(folder, inputs, "videos", s_behaviour) : null,
            Notes = notes,
        });
        return new SessionData(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), data, StimulusSplit.OfBins(trials, parts), config.OutputDelayBins);
    }

    private static NpyFile OpenFilm(string folder, string trial, InputSpec? like)
        => MappedPiece.InOrder(ArrayFile.Open(SensoriumFolder.PathOf(folder, "videos", trial), "(rows, columns, frames)", like?.Height ?? ArrayFile.Any, like?.Width ?? ArrayFile.Any, ArrayFile.Any));

    private static InputSpec ImageOf(NpyFile film) => new() { Name = "image", Kind = InputKind.Image, Height = film.Shape[0], Width = film.Shape[1] };

    // The padding is NaN in every pixel: the first and the last one tell.
    private static int TrueFrames(NpyFile film, string trial)
    {
        int frames = film.Shape[2];
        float[] corner = new float[frames], other = new float[frames];
        Widening.Read(film.DType, film.Elements(0, frames), corner);
        Widening.Read(film.DType, film.Elements(film.Count - frames, frames), other);
        int known = frames;
        while (known > 0 && float.IsNaN(corner[known - 1]))
            known--;
        for (int frame = 0; frame < frames; frame++)
        {
            if (float.IsNaN(corner[frame]) != (frame >= known) || float.IsNaN(other[frame]) != (frame >= known))
                throw new DataFileException(film.Path, $"trial {trial} has NaN inside frame {frame}, not behind the film's end alone");
        }
        return known > 0 ? known : throw new DataFileException(film.Path, $"trial {trial} has no frame that is not NaN");
    }

    private static void AddColumns(string folder, string field, string trial, int frames, int padded, string[] columns, Dictionary<string, List<float>> series)
    {
        string path = SensoriumFolder.PathOf(folder, field, trial);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return;
        using NpyFile file = ArrayFile.Open(path, "(variables, frames)", columns.Length, padded);
        float[] values = file.ReadSingles();
        for (int column = 0; column < columns.Length; column++)
        {
            if (!series.TryGetValue(columns[column], out List<float>? one))
                series.Add(columns[column], one = []);
            one.AddRange(values.AsSpan(column * padded, frames));
        }
    }
}
