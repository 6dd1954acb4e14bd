using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.HeadFixed;
using LoopRig.Rig.Simulated;
using LoopRig.Simulation;
using LoopRig.Stimulus.Pictures;

namespace LoopRig.Rig.Sweeps;

/// <summary>
/// Data of the kind "simulated" in configs of training, evaluation and sweeps: digital mice, recorded once faster than real time and kept. What a network gets is what the rig's
/// own estimators make of the sensors (pupil tracker on rendered eye video, head orientation of inertial samples, speed of encoder counts), never the truth; the eye video itself is not kept.
/// With a stimulus the mice are head-fixed before a monitor that shows it, from its beginning to its end.
/// </summary>
internal sealed record SimulatedSessions
{
    /// <summary>The kind in configs.</summary>
    public const string Kind = "simulated";
    private const string KindKey = "kind";
    private const int LeastSide = 8, MostSide = 2000;

    /// <summary>
    /// Raise it with every change to simulator, sensors, estimators or recorder that changes what is recorded: sessions of another version are recorded anew. It stands in a file of the
    /// session, not in the folder's name, which checkpoints know their data by.
    /// </summary>
    internal const int Version = 2;     // 2: the past of behaviour weighs as much as its present

    // Cells of sweeps were not told apart by the version before it.
    private const int FirstVersionOfCells = 3;

    private const string VersionFile = "simulated-version";

    private static readonly string[] s_own = ["kind", "animals", "session", "minutes", "neurons", "height", "width", "memorySeconds", "stimulus"];

    /// <summary>Which animals: seeds of their cortex and arena.</summary>
    public required int[] Animals { get; init; }

    /// <summary>Which recording of each.</summary>
    public int Session { get; init; }

    /// <summary>Length of a recording, min; with a stimulus, the stimulus' own. 12 unless set.</summary>
    public double? Minutes { get; init; }

    /// <summary>Neurons of each.</summary>
    public int Neurons { get; init; } = 48;

    /// <summary>Rows of the worldcam (60 unless set), or of the monitor's frames (36), px.</summary>
    public int? Height { get; init; }

    /// <summary>Columns of the worldcam (80 unless set), or of the monitor's frames (64), px.</summary>
    public int? Width { get; init; }

    /// <summary>How far the cortex looks back at behaviour, s; 0: the present alone counts.</summary>
    public double MemorySeconds { get; init; }

    /// <summary>The stimulus file that head-fixed mice are shown, relative to the config; null: the mice move freely.</summary>
    public string? Stimulus { get; init; }

    /// <summary>Everything but the animals, as a folder's name. A stimulus goes by what it says: its pictures' files are taken to stay what they are.</summary>
    private string Settings => Stimulus is null
        ? FormattableString.Invariant($"{FreeMinutes}min-{Neurons}n-{Worldcam.Height}x{Worldcam.Width}{(MemorySeconds > 0 ? $"-memory{MemorySeconds}" : "")}-session{Session}")
        : FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(Stimulus)}-{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Stimulus)))[..8]}-{Neurons}n-{HeadFixed.Height}x{HeadFixed.Width}-session{Session}");

    private string Folder => Path.Combine(Checkout.Root, "sessions", "simulated", Settings);

    private double FreeMinutes => Minutes ?? 12;

    private (int Height, int Width) Worldcam => (Height ?? 60, Width ?? 80);

    private HeadFixedSettings HeadFixed
    {
        get
        {
            var settings = new HeadFixedSettings { Session = Session, Units = Neurons };
            return settings with { Height = Height ?? settings.Height, Width = Width ?? settings.Width };
        }
    }

    /// <summary>Replaces every object of this kind, at any depth, by one of recorded sessions; other keys of it stay.</summary>
    /// <param name="json">A config; changed in place.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <returns>What must be recorded before the config can be used.</returns>
    /// <exception cref="RigConfigException">A key of such an object is wrong.</exception>
    public static IReadOnlyList<SimulatedSessions> Resolve(JsonNode? json, string source)
    {
        var found = new List<SimulatedSessions>();
        if (json is JsonObject { Count: > 0 } one && one[KindKey] is JsonValue kind && kind.TryGetValue(out string? name) && name == Kind)
        {
            var own = new JsonObject(one.Where(pair => s_own.Contains(pair.Key) && pair.Key != KindKey).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
            var simulated = Training.ConfigJson.Read<SimulatedSessions>(own.ToJsonString(), source);
            simulated = simulated with { Stimulus = simulated.Stimulus is { } stimulus ? Training.ConfigJson.Absolute(stimulus, source) : null };
            simulated.Check(source);
            foreach (var key in s_own)
            {
                one.Remove(key);
            }
            one.Insert(0, KindKey, "sessions");
            one["folder"] = simulated.Folder;
            one["sessions"] = new JsonArray([.. simulated.Animals.Select(animal => (JsonNode)Name(animal))]);
            return [simulated];
        }
        foreach (var child in json is JsonObject parent ? parent.Select(static pair => pair.Value).ToArray() : json is JsonArray list ? [.. list] : [])
        {
            found.AddRange(Resolve(child, source));
        }
        return found;
    }

    /// <summary>What tells a sweep's cell with such data from one that learnt from those of another version: a cell's scores do not outlive its data. Null of other data.</summary>
    internal static string? CellVersion(JsonObject data, int version = Version)
        => version >= FirstVersionOfCells && data[KindKey] is JsonValue kind && kind.TryGetValue(out string? name) && name == Kind ? FormattableString.Invariant($"simulated {version}") : null;

    /// <summary>Loads a training config whose data may be simulated: what is not recorded yet is.</summary>
    /// <exception cref="RigConfigException">A key is wrong.</exception>
    public static Training.TrainConfig Load(string path, CancellationToken stop)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return Training.TrainConfig.Load(path); // whose error names the line
        }
        var simulated = Resolve((json as JsonObject)?["data"], path);
        if (simulated.Count == 0)
        {
            return Training.TrainConfig.Load(path);
        }
        var config = Training.ConfigJson.Read<Training.TrainConfig>(json!.ToJsonString(), path).WithPaths(name => Training.ConfigJson.Absolute(name, path));
        config.Check(path);
        Record(simulated, Environment.ProcessorCount, stop);
        return config;
    }

    /// <summary>Records what is not there yet, several animals at a time.</summary>
    /// <param name="sessions">What is needed; the same may be named more than once.</param>
    /// <param name="workers">Animals at a time.</param>
    /// <param name="stop">Ends it; what is complete stays.</param>
    public static void Record(IEnumerable<SimulatedSessions> sessions, int workers, CancellationToken stop)
    {
        var missing = sessions.SelectMany(static one => one.Animals.Select(animal => (Sessions: one, Animal: animal, Folder: Path.Combine(one.Folder, Name(animal)))))
            .DistinctBy(static one => one.Folder).Where(static one => !IsCurrent(one.Folder)).ToList();
        if (missing.Count == 0)
        {
            return;
        }
        using var line = new ProgressLine($"simulate {missing.Count} session{(missing.Count == 1 ? "" : "s")}");
        var done = new double[missing.Count];
        try
        {
            Parallel.For(0, missing.Count, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = stop },
                at => missing[at].Sessions.Record(missing[at].Animal, missing[at].Folder, share => Report(at, share), stop));
            line.Done($"{string.Join(", ", missing.Select(static one => Name(one.Animal)))}");
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }

        // The animals are recorded side by side, and share the line.
        void Report(int at, double share)
        {
            lock (done)
            {
                done[at] = share;
                line.Report(done.Average(), string.Join(", ", missing.Zip(done).Where(static one => one.Second is > 0 and < 1).Select(static one => FormattableString.Invariant($"{Name(one.First.Animal)} {100 * one.Second:F0} %"))));
            }
        }
    }

    // A session without the file is of the first version.
    private static bool IsCurrent(string folder)
    {
        var file = Path.Combine(folder, VersionFile);
        return Directory.Exists(folder) && (File.Exists(file) ? File.ReadAllText(file).Trim() : "1") == VersionText;
    }

    private static string VersionText => Version.ToString(CultureInfo.InvariantCulture);

    private void Record(int animal, string folder, Action<double> report, CancellationToken stop)
    {
        // A folder under its own name is complete: one that was interrupted begins anew. The process' number keeps two sweeps apart.
        var beside = Path.Combine(Folder, FormattableString.Invariant($".part-{Name(animal)}-{Environment.ProcessId}"));
        try
        {
            Simulate(animal, beside, report, stop);
            File.WriteAllText(Path.Combine(beside, VersionFile), VersionText);
            if (Directory.Exists(folder) && !IsCurrent(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
            if (!Directory.Exists(folder))
            {
                Directory.Move(beside, folder);
            }
            report(1);
        }
        finally
        {
            if (Directory.Exists(beside))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
    }

    private void Simulate(int animal, string folder, Action<double> report, CancellationToken stop)
    {
        if (Stimulus is null)
        {
            SimulatedRecording.Record(SimulatedRig.Adapters(animal, Session, Neurons, encoderPort: null, worldcam: Worldcam, memorySeconds: MemorySeconds), 60 * FreeMinutes, folder,
                done => report(done / (60 * FreeMinutes)), stop, MouseStreams.Eyecam);
            return;
        }
        var settings = HeadFixed with { Seed = animal };
        var plan = StimulusFile.Load(Stimulus, ConfigPaths.FindDataFolder()).Plan(settings.Monitor, new PictureFiles());
        HeadFixedRecording.Record(plan, settings, folder, done => report(done / plan.Seconds), stop);
    }

    private static string Name(int animal) => FormattableString.Invariant($"mouse-{animal}");

    private void Check(string source)
    {
        var fault = Animals.Length == 0 || Animals.Distinct().Count() < Animals.Length ? "animals: names none, or one twice"
            : Stimulus is not null && (Minutes is not null || MemorySeconds > 0) ? $"{(Minutes is null ? "memorySeconds" : "minutes")}: belongs to freely moving mice, not to a stimulus"
            : Stimulus is not null && !File.Exists(Stimulus) ? $"stimulus: there is no file {Stimulus}"
            : Minutes is <= 0 or > 600 ? "minutes: must be above 0 and at most 600"
            : Height is < LeastSide or > MostSide ? $"height: must be {LeastSide} to {MostSide}"
            : Width is < LeastSide or > MostSide ? $"width: must be {LeastSide} to {MostSide}"
            : MemorySeconds is not (>= 0 and <= 60) ? "memorySeconds: must be 0 to 60"
            : Neurons is < 1 or > 512 ? "neurons: must be 1 to 512"
            : null;
        if (fault is not null)
        {
            throw new RigConfigException(source, $"data.{fault.Split(':')[0]}", fault.Split(": ")[1]);
        }
    }
}
