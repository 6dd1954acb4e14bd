using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>Where networks to evaluate come from: one file, or a run's folder with the best network of each session.</summary>
public sealed class NetworkSource
{
    private readonly string? _run;      // the run's folder, of a network in its best/ too
    private readonly Device _device;
    private readonly bool _whole;       // all its networks

    /// <summary>Finds the files.</summary>
    /// <param name="path">A network file, or the folder of a run.</param>
    /// <param name="device">Where the networks predict; the CPU unless given.</param>
    /// <param name="name">What reports call it; null: the file's or folder's name.</param>
    /// <exception cref="DataFileException">There is no network.</exception>
    public NetworkSource(string path, Device device = default, string? name = null)
    {
        _device = device;
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        Name = name ?? (File.Exists(path) ? Path.GetFileNameWithoutExtension(last) : last);
        if (File.Exists(path))
        {
            Files = [path];
            string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
            _run = Path.GetFileName(folder) == "best" && File.Exists(Path.Combine(folder!, "..", "config.json")) ? Path.GetDirectoryName(folder) : null;
            return;
        }
        (_run, _whole) = (path, true);
        string best = Path.Combine(path, "best");
        Files = Directory.Exists(best) ? [.. Directory.GetFiles(best, "*.safetensors").Order(StringComparer.Ordinal)] : [];
        if (Files.Count == 0)
            throw new DataFileException(path, "neither a network file nor the folder of a run with networks in best/");
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>The network files.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Loads one of the files.</summary>
    /// <exception cref="LoopRigException">It is damaged, or no network.</exception>
    internal LoadedNetwork Load(string file)
    {
        INetwork network = NetworkFile.Load(file).MovedTo(_device);
        try
        {
            IReadOnlyDictionary<string, string> provenance = NetworkFile.Provenance(file);
            string? trainedOn = provenance.GetValueOrDefault("trained_on") ?? provenance.GetValueOrDefault("fitted_on");
            (int frames, int burnIn) = network.AnswersEveryFrame ? Sequence(file, provenance) : (network.WindowFrames, 0);
            return new LoadedNetwork(Path.GetFileNameWithoutExtension(file), network, trainedOn, frames, burnIn);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // As it was trained: its file tells, or its run; else as training does by default.
    private (int Frames, int BurnIn) Sequence(string file, IReadOnlyDictionary<string, string> provenance)
    {
        string run = Path.Combine(_run ?? "", "config.json");
        string? config = provenance.GetValueOrDefault("config") ?? (_run is not null && File.Exists(run) ? File.ReadAllText(run) : null);
        var defaults = new TrainingOptions();
        try
        {
            // These two alone: the config of an older program may have keys that this one no longer knows.
            JsonNode? training = config is null ? null : JsonNode.Parse(config)?["training"];
            return ((int?)training?["sequenceFrames"] ?? defaults.SequenceFrames, (int?)training?["burnIn"] ?? defaults.BurnIn);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DataFileException(file, $"the config that it was trained with cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Notes in the folder of a run that its networks meet test data.</summary>
    /// <exception cref="DataFileException">The note cannot be written: then they are not to meet.</exception>
    internal void NoteOpening(IReadOnlyList<NetworkSource> against)
    {
        if (_run is not null && File.Exists(Path.Combine(_run, "config.json")))
            TestLog.Append(_run, "opened", [KeyValuePair.Create("against", (JsonNode?)new JsonArray([.. against.Select(static other => (JsonNode)other.Name)]))]);
    }

    internal TrainingCurve? Curve() => _run is null || !_whole ? null : TrainingCurve.Read(Name, _run);
}
