using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>A stimulus file: named stimuli, the order in which they are shown, a seed, and the monitor that they are meant for.</summary>
public sealed record StimulusFile
{
    /// <summary>For editors; ignored.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>What it is, for the person who opens the file.</summary>
    public string Description { get; init; } = "";

    /// <summary>The monitor; absent: the rig's, or the default one.</summary>
    public MonitorDescription? Monitor { get; init; }

    /// <summary>Of every random choice.</summary>
    [Within(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>The stimuli by name.</summary>
    public required Dictionary<string, StimulusDescription> Stimuli { get; init; }

    /// <summary>The order; absent: each once, as they stand.</summary>
    public StimulusSequence Sequence { get; init; } = new();

    /// <summary>Where it came from, for messages.</summary>
    [JsonIgnore]
    public string Path { get; internal init; } = "";

    /// <summary>Reads and checks a stimulus file: commented JSON; paths in it are relative to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataFolder">What <c>${LOOPRIG_DATA}</c> stands for; null where there is none.</param>
    /// <exception cref="RigConfigException">A key is unknown, missing, of the wrong type or out of its range.</exception>
    /// <exception cref="NotReadyException">It names ${LOOPRIG_DATA}, and there is none.</exception>
    public static StimulusFile Load(string path, string? dataFolder = null)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RigConfigException(path, "FILE", File.Exists(path) ? $"cannot be read: {e.Message}" : "there is no such file");
        }
        return StimulusParser.Parse(text, path, dataFolder);
    }

    /// <summary>Reads a stimulus file from a text, such as a command that came over the wire.</summary>
    /// <inheritdoc cref="Load"/>
    public static StimulusFile Parse(ReadOnlySpan<byte> utf8, string name, string? dataFolder = null) => StimulusParser.Parse(utf8, name, dataFolder);

    /// <summary>Works out every frame.</summary>
    /// <param name="monitor">The rig's monitor; null: the file's own, or the default one.</param>
    /// <param name="pictures">Looks into picture files.</param>
    /// <exception cref="RigConfigException">The geometry is impossible, or a stimulus cannot be shown as asked.</exception>
    /// <exception cref="DataFileException">A picture file is absent or damaged.</exception>
    public StimulusPlan Plan(MonitorDescription? monitor, IPictureFiles pictures)
    {
        var plan = new PlanBuilder(Path, GeometryOf(monitor ?? Monitor ?? new MonitorDescription()), Seed, pictures);
        var trials = Sequence.Trials ?? [.. Stimuli.Keys];
        var order = new SeededRandom((ulong)Seed, "trial order");
        var (trial, shown) = (0, new Dictionary<string, int>());
        plan.Gray(Sequence.BeforeSeconds);
        for (var repeat = 0; repeat < Sequence.Repeats; repeat++)
        {
            foreach (var name in Sequence.Order == TrialOrder.Shuffled ? Shuffle(trials, order) : trials)
            {
                plan.Between();
                if (trial > 0)
                {
                    plan.Gray(Sequence.BetweenSeconds);
                }
                var presentation = Sequence.Redraw ? shown.GetValueOrDefault(name) : 0;
                shown[name] = presentation + 1;
                plan.Begin(name, trial++, presentation);
                Stimuli[name].Plan(plan);
            }
        }
        plan.Between();
        plan.Gray(Sequence.AfterSeconds);
        return plan.Build();
    }

    private MonitorGeometry GeometryOf(MonitorDescription monitor)
    {
        try
        {
            return new MonitorGeometry(monitor);
        }
        catch (LoopRigException e) when (e is not RigConfigException)
        {
            throw new RigConfigException(Path, "monitor", e.Message);
        }
    }

    private static string[] Shuffle(string[] trials, SeededRandom random)
    {
        string[] shuffled = [.. trials];
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return shuffled;
    }
}
