using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Synthesis;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>
/// An inception loop: on which rig, and what each of its stages does. Commented JSON, told from a rig's configuration by <c>"kind": "inception"</c>; see docs/inception.md.
/// </summary>
public sealed record InceptionConfig
{
    /// <summary>The value of <c>kind</c>.</summary>
    public const string KindName = "inception";

    /// <summary>For editors; ignored.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Always <c>inception</c>: what tells this file from a rig's.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is, for the person who opens the file.</summary>
    public string Description { get; init; } = "";

    /// <summary>The rig's configuration, relative to this file: it has a display with <c>frames</c> and a stream of recorded activity. Its network, stimuli and controller are not used: the loop has its own.</summary>
    public required string Rig { get; init; }

    /// <summary>Where the loop keeps its state and all that it makes, relative to this file; absent: <c>sessions/NAME</c> of the checkout.</summary>
    public string? Folder { get; init; }

    /// <summary>The stream of recorded activity.</summary>
    public string Activity { get; init; } = "activity";

    /// <summary>Decides every chance: which images, their order, new weights, noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What is shown and recorded first.</summary>
    public InceptionCollectConfig Collect { get; init; } = new();

    /// <summary>The network and how it is trained on that.</summary>
    public required InceptionTrainConfig Train { get; init; }

    /// <summary>Which neurons are worth a stimulus.</summary>
    public InceptionSelectConfig Select { get; init; } = new();

    /// <summary>How their most exciting images are made.</summary>
    public InceptionSynthesiseConfig Synthesise { get; init; } = new();

    /// <summary>How those and their controls are shown.</summary>
    public InceptionPresentConfig Present { get; init; } = new();

    /// <summary>The file that it came from.</summary>
    [JsonIgnore]
    public string File { get; private init; } = "";

    /// <summary>Whether a file says that it is an inception loop. A file that cannot be read is none: who reads it next tells why.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("kind", out var kind) && kind.ValueEquals(KindName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads and checks a loop's configuration; its paths become absolute.</summary>
    /// <exception cref="RigConfigException">A key is unknown, missing or out of its range.</exception>
    /// <exception cref="NotReadyException">It names ${LOOPRIG_DATA} and there is no such folder.</exception>
    public static InceptionConfig Load(string path)
    {
        var config = ConfigJson.Read<InceptionConfig>(path);
        string Absolute(string text) => ConfigJson.Absolute(text, path);
        config = config with
        {
            File = path,
            Rig = Absolute(config.Rig),
            Folder = config.Folder is null ? null : Absolute(config.Folder),
            Collect = config.Collect with { Images = config.Collect.Images is null ? null : Absolute(config.Collect.Images) },
            Train = config.Train with { Network = config.Train.Network.WithPaths(Absolute) },
        };
        config.Check();
        return config;
    }

    private void Check()
    {
        Require(Kind == KindName, "kind", $"'{KindName}' belongs here");
        Require(System.IO.File.Exists(Rig), "rig", $"there is no file {Rig}");
        Require(Collect.Images is null || System.IO.File.Exists(Collect.Images) || Directory.Exists(Collect.Images), "collect.images", $"there is no file or folder {Collect.Images}");
        Require(Collect.Count >= 10, "collect.count", "at least 10 images are needed");
        Require(Collect.Repeated >= 2, "collect.repeated", "at least 2 images are needed");
        Require(Collect.Repeats >= 2, "collect.repeats", "reliability needs at least 2 repeats");
        Require(Collect.Seconds is >= 0.02 and <= 60, "collect.seconds", "0.02 to 60 s");
        Require(Collect.BlankSeconds is >= 0 and <= 60, "collect.blankSeconds", "0 to 60 s");
        Require(Collect.Blocks >= 1 && Collect.Blocks <= Collect.Count, "collect.blocks", "1 to the number of images");
        Require(Train.OutputDelayBins is >= 0 and <= 1000, "train.outputDelayBins", "0 to 1000 bins");
        Require(Train.Threads is >= 0 and <= 1024, "train.threads", "0 to 1024");
        Require(Select.Units >= 2, "select.units", "the controls of one neuron are the images of others: at least 2 are needed");
        Require(Select.LeastReliability is >= 0 and < 1, "select.leastReliability", "a correlation below 1");
        Require(Synthesise.Contrast is > 0.005 and < 0.5, "synthesise.contrast", "a standard deviation of pixels, above 0.005 and below 0.5");
        Require(SynthesisPreset.Names.Contains(Synthesise.Preset), "synthesise.preset", $"there is no preset '{Synthesise.Preset}': {string.Join(", ", SynthesisPreset.Names)}");
        Require(Synthesise.Steps is null or >= 1, "synthesise.steps", "at least 1");
        Require(Present.Repeats >= 2, "present.repeats", "at least 2 repeats are needed");
        Require(Present.Seconds is >= 0.02 and <= 60, "present.seconds", "0.02 to 60 s");
        Require(Present.BlankSeconds is >= 0 and <= 60, "present.blankSeconds", "0 to 60 s");
        Require(Present.Naturals >= 1, "present.naturals", "at least 1");
        Require(Present.Gabors >= 1, "present.gabors", "at least 1");
        try
        {
            new TrainConfig { Network = Train.Network, Data = new SessionsConfig { Folder = "" }, Training = Train.Training }.Check(File);
        }
        catch (RigConfigException e)
        {
            throw new RigConfigException(File, $"train.{e.Key}", e.Message.Split($"{e.Key}: ", 2)[^1]);
        }
    }

    private void Require(bool holds, string key, string message)
    {
        if (!holds)
        {
            throw new RigConfigException(File, key, message);
        }
    }
}
