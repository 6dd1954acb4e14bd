using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>What both Sensorium layouts have in common: trials by number, tiers, neurons, published statistics.</summary>
internal static class SensoriumFolder
{
    /// <summary>Columns of the pupil's centre.</summary>
    public static readonly string[] Pupil = [BehaviourVariables.PupilX, BehaviourVariables.PupilY];

    private static readonly string[] s_validationTiers = ["validation", "oracle"];

    public static bool Is(string folder)
        => (Directory.Exists(Path.Combine(folder, "data", "images")) || IsFilms(folder)) && Directory.Exists(Path.Combine(folder, "data", "responses"));

    public static bool IsFilms(string folder) => Directory.Exists(Path.Combine(folder, "data", "videos"));

    public static string PathOf(string folder, string field, string trial) => Path.Combine(folder, "data", field, trial + ".npy");

    /// <summary>Names of the trials, 0, 1, 2 ... without a gap, each in every field.</summary>
    /// <exception cref="DataFileException">One is missing, or there are not as many tiers.</exception>
    public static (string[] Trials, string[] Tiers) Trials(string folder, string stimuli)
    {
        string[] fields = [stimuli, "responses", .. Optional.Where(field => Directory.Exists(Path.Combine(folder, "data", field)))];
        string[] trials = ArrayFile.Trials(Path.Combine(folder, "data"), fields);
        for (int trial = 0; trial < trials.Length; trial++)
        {
            if (trials[trial] != trial.ToString(System.Globalization.CultureInfo.InvariantCulture))
                throw new DataFileException(PathOf(folder, stimuli, $"{trial}"), $"trials are numbered from 0 without a gap, but this one is missing and there is a trial {trials[trial]}");
        }
        string tiersAt = Path.Combine(folder, "meta", "trials", "tiers.npy");
        string[] tiers = NpyText.Read(tiersAt);
        return tiers.Length == trials.Length
            ? (trials, tiers)
            : throw new DataFileException(tiersAt, $"{tiers.Length} tiers, but {trials.Length} trials in {Path.Combine(folder, "data", stimuli)}");
    }

    /// <summary>Fields that some recordings lack.</summary>
    public static IEnumerable<string> Optional => ["behavior", "pupil_center"];

    /// <summary>What each trial is for.</summary>
    public static DataPart[] Parts(string folder, string[] tiers, string[] testTiers, List<string> notes)
    {
        DataPart[] parts = Array.ConvertAll(tiers, tier =>
            tier == "train" ? DataPart.Fit : s_validationTiers.Contains(tier) ? DataPart.Validation : testTiers.Contains(tier) ? DataPart.Test : DataPart.None);
        foreach (IGrouping<string, string> tier in tiers.Where((_, trial) => parts[trial] == DataPart.None).GroupBy(static tier => tier))
            notes.Add($"{tier.Count()} trials of the tier '{tier.Key}' are left out");
        StimulusSplit.Require(parts, $"trials of {folder}", DataPart.Fit, DataPart.Validation);
        return parts;
    }

    /// <summary>Ids of the neurons, or numbers where the recording names none.</summary>
    /// <exception cref="DataFileException">There are not as many as in the responses.</exception>
    public static string[] UnitIds(string folder, int units)
    {
        string path = Path.Combine(folder, "meta", "neurons", "unit_ids.npy");
        if (!File.Exists(path))
            return Models.NetworkSpec.NumberedUnits(units);
        using var file = new NpyFile(path);
        return file.Count == units
            ? Array.ConvertAll(file.ReadDoubles(), static id => id.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
            : throw new DataFileException(path, $"{file.Count} neurons, but the responses have {units}");
    }

    /// <summary>A field's published statistic, one number or one a variable; null where it was not published.</summary>
    public static float[]? Statistic(string folder, string field, string name)
    {
        string path = Path.Combine(folder, "meta", "statistics", field, "all", name + ".npy");
        if (!File.Exists(path))
            return null;
        using var file = new NpyFile(path);
        return file.ReadSingles();
    }

    /// <summary>
    /// What each unit's responses are divided by: its standard deviation, but no less than a hundredth of the mean one, as the competition's own loader does.
    /// </summary>
    public static float[] ResponseScale(string folder, bool published, ResponseScan scan)
    {
        float[]? given = published ? Statistic(folder, "responses", "std") : null;
        if (published && given?.Length != scan.Deviation.Length)
            throw new DataFileException(Path.Combine(folder, "meta", "statistics", "responses", "all", "std.npy"), $"is needed for published statistics, with {scan.Deviation.Length} numbers");
        double[] deviation = given is null ? scan.Deviation : Array.ConvertAll(given, static value => (double)value);
        double floor = 0.01 * deviation.Where(static value => !double.IsNaN(value)).DefaultIfEmpty(1).Average();
        return Array.ConvertAll(deviation, value => (float)(value > floor ? value : floor > 0 ? floor : 1));
    }

    /// <summary>The inputs with the recording's published statistics.</summary>
    /// <param name="folder">The recording.</param>
    /// <param name="inputs">What the network takes.</param>
    /// <param name="images">The field of the images.</param>
    /// <param name="behaviour">Names of the columns of behaviour.</param>
    /// <exception cref="DataFileException">A statistic is missing.</exception>
    public static InputSpec[] Published(string folder, InputSpec[] inputs, string images, string[] behaviour)
    {
        float[] Needed(string field, string name) => Statistic(folder, field, name)
            ?? throw new DataFileException(Path.Combine(folder, "meta", "statistics", field, "all", name + ".npy"), "no such file, and published statistics are asked for");
        return Array.ConvertAll(inputs, input =>
        {
            if (input.Kind == InputKind.Image)     // of 0..255; a mean image counts as its mean
                return input with { Mean = [Needed(images, "mean").Average() / 255], Std = [Needed(images, "std").Average() / 255] };
            (float Mean, float Std)[] statistics = Array.ConvertAll(input.Variables, variable =>
            {
                (string field, int column) = Array.IndexOf(Pupil, variable) is >= 0 and var at ? ("pupil_center", at) : ("behavior", Array.IndexOf(behaviour, variable));
                return column >= 0 ? (Needed(field, "mean")[column], Needed(field, "std")[column]) : (0f, 1f);
            });
            return input with { Mean = Array.ConvertAll(statistics, static one => one.Mean), Std = Array.ConvertAll(statistics, static one => one.Std) };
        });
    }
}
