using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Training;

/// <summary>
/// The file that training goes on from: weights, running statistics, moments, averages, the best weights so far, and where training is. A safetensors file
/// that is written beside, synced and renamed: what ends the process or fills the disk leaves the last whole one.
/// </summary>
internal sealed class CheckpointStore
{
    private const string VersionKey = "looprig.checkpoint", ConfigKey = "looprig.config", NetworksKey = "looprig.networks", StateKey = "looprig.state", MachineKey = "looprig.machine";
    private const string Version = "1";
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;
    private readonly JsonObject _config;

    /// <summary>Names the file.</summary>
    /// <param name="path">It need not exist.</param>
    /// <param name="config">What training is determined by: a checkpoint of another config is refused.</param>
    internal CheckpointStore(string path, JsonObject config) => (_path, _config) = (path, config);

    /// <summary>The config as the checkpoint holds it.</summary>
    internal string ConfigText => _config.ToJsonString();

    /// <summary>Whether there is a checkpoint to go on from.</summary>
    internal bool Exists => File.Exists(_path);

    /// <summary>Says of a checkpoint of another libtorch or number of threads that training cannot go on bit for bit; null where it can.</summary>
    internal string? Caveat { get; private set; }

    /// <summary>Looks whether the checkpoint, where there is one, is of this config. Nothing is read into networks yet.</summary>
    /// <returns>Passes that it has behind it; 0 without one.</returns>
    /// <exception cref="TrainingException">It is no checkpoint, or of another config: the difference is named.</exception>
    /// <exception cref="Core.DataFileException">It is damaged.</exception>
    internal int Verify()
    {
        if (!Exists)
            return 0;
        using SafetensorsFile file = SafetensorsFile.Open(_path);
        TrainingState state = State(file);
        Compare("config", file.Metadata[ConfigKey], _config);
        if (file.Metadata.TryGetValue(MachineKey, out string? machine) && JsonDifference.Between(JsonNode.Parse(machine), Machine()) is { } difference)
            Caveat = $"{_path}: written with {difference.Path} {difference.First}, gone on from with {difference.Second}: what comes is not bit for bit what it would have been";
        return state.Epoch - 1;
    }

    /// <summary>Writes a checkpoint in place of the one before.</summary>
    /// <exception cref="TrainingException">It cannot be written; the one before is as it was.</exception>
    internal void Write(TrainingState state, IReadOnlyList<SessionSamples> sessions, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var metadata = new Dictionary<string, string>
        {
            [VersionKey] = Version,
            [ConfigKey] = _config.ToJsonString(),
            [NetworksKey] = Networks(sessions).ToJsonString(),
            [StateKey] = JsonSerializer.Serialize(state, s_json),
            [MachineKey] = Machine().ToJsonString(),
        };
        try
        {
            SafetensorsWriter.Write(_path, tensors.Select(static pair => TensorArrays.FromTensor(pair.Key, pair.Value)), metadata);
        }
        catch (Core.DataFileException error)
        {
            File.Delete(_path + ".part");
            throw new TrainingException($"{error.Message}; {(Exists ? "the checkpoint before is as it was: make room and start again to go on from it" : "there is none before it")}", error);
        }
    }

    /// <summary>Goes on from the checkpoint.</summary>
    /// <param name="sessions">What is trained.</param>
    /// <param name="tensors">Those of the networks and averages, which get the checkpoint's values.</param>
    /// <param name="restoreMoments">Is given where the optimiser's moments are.</param>
    /// <exception cref="TrainingException">It is of another config, other networks or other data: the difference is named.</exception>
    /// <exception cref="Core.DataFileException">It is damaged.</exception>
    internal TrainingState Load(IReadOnlyList<SessionSamples> sessions, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, Action<Func<string, Tensor>, TrainingState> restoreMoments)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_path);
        TrainingState state = State(file);
        Compare("config", file.Metadata[ConfigKey], _config);
        Compare("network", file.Metadata[NetworksKey], Networks(sessions));
        string[] faults = [.. tensors.Select(pair => Fault(file, pair.Key, pair.Value)).OfType<string>()];
        if (faults.Length > 0)
            throw new TrainingException($"{_path}: {faults.Length} arrays of the checkpoint do not fit:\n  {string.Join("\n  ", faults)}");
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        foreach ((string name, Tensor tensor) in tensors)
            tensor.CopyFrom(file.Arrays[name].ToTensor());
        restoreMoments(name => file.Arrays.TryGetValue(name, out NamedArray? array) ? array.ToTensor() : throw new TrainingException($"{_path}: {name} is missing in the checkpoint"), state);
        return state;
    }

    // What the last bits of a sum depend on.
    private static JsonObject Machine() => new() { ["libtorch"] = LibTorch.Version.ToString(), ["threads"] = LibTorch.NumThreads };

    private TrainingState State(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(VersionKey, out string? version) || !file.Metadata.ContainsKey(ConfigKey) || !file.Metadata.ContainsKey(NetworksKey))
            throw new TrainingException($"{_path}: this is no checkpoint of training");
        if (version != Version)
            throw new TrainingException($"{_path}: a checkpoint of version {version}; this program reads version {Version}");
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(file.Metadata[StateKey], s_json)!;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            throw new TrainingException($"{_path}: the checkpoint's state cannot be read: {error.Message}", error);
        }
    }

    private void Compare(string what, string stored, JsonObject mine)
    {
        if (JsonDifference.Between(JsonNode.Parse(stored), mine) is { } difference)
            throw new TrainingException($"{_path}: the checkpoint is of another {what}: {difference.Path} is {difference.First} there and {difference.Second} here. Train into another folder, or remove the checkpoint to begin anew");
    }

    private static JsonObject Networks(IReadOnlyList<SessionSamples> sessions)
    {
        var networks = new JsonObject();
        foreach (SessionSamples session in sessions)
        {
            networks[session.Name] = new JsonObject
            {
                ["spec"] = JsonNode.Parse(session.Network.Spec.ToJson()),
                ["fitSamples"] = session.Fit.Length,
                ["validationSamples"] = session.Validation.Length,
            };
        }
        return networks;
    }

    private static string? Fault(SafetensorsFile file, string name, Tensor tensor)
        => !file.Arrays.TryGetValue(name, out NamedArray? array) ? $"{name} is missing"
            : array.Shape.AsSpan().SequenceEqual(tensor.Shape) ? null
            : $"{name} is [{string.Join(", ", array.Shape)}], [{string.Join(", ", tensor.Shape)}] is needed";
}
