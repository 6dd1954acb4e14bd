using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>Where networks to evaluate come from: one file, or a run's folder with the best network of each session.</summary>
public sealed class NetworkSource
{
    private readonly string? _run;

    /// <summary>Finds the files.</summary>
    /// <param name="path">A network file, or the folder of a run.</param>
    /// <exception cref="DataFileException">There is no network.</exception>
    public NetworkSource(string path)
    {
        Name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path));
        if (File.Exists(path))
        {
            Files = [path];
            return;
        }
        _run = path;
        string best = Path.Combine(path, "best");
        Files = Directory.Exists(best) ? [.. Directory.GetFiles(best, "*.safetensors").Order(StringComparer.Ordinal)] : [];
        if (Files.Count == 0)
            throw new DataFileException(path, "neither a network file nor the folder of a run with networks in best/");
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>The network files.</summary>
    public IReadOnlyList<string> Files { get; }

    internal int LongestWindow()
    {
        int longest = 1;
        foreach (string file in Files)
        {
            using INetwork network = NetworkFile.Load(file);
            longest = Math.Max(longest, network.AnswersEveryFrame ? Sequence().Frames : network.WindowFrames);
        }
        return longest;
    }

    /// <summary>Frames and burn-in of a network that answers every frame, as it was trained; of a lone file the defaults of training.</summary>
    internal (int Frames, int BurnIn) Sequence()
    {
        string config = Path.Combine(_run ?? "", "config.json");
        TrainingOptions options = _run is not null && File.Exists(config) ? ConfigJson.Read<TrainConfig>(config).Training : new TrainingOptions();
        return (options.SequenceFrames, options.BurnIn);
    }

    /// <summary>Notes in the folder of a run that its networks meet test data.</summary>
    /// <exception cref="DataFileException">The note cannot be written: then they are not to meet.</exception>
    internal void NoteOpening(NetworkSource? against)
    {
        if (_run is not null && File.Exists(Path.Combine(_run, "config.json")))
            TestLog.Append(_run, "opened", [KeyValuePair.Create("against", (System.Text.Json.Nodes.JsonNode?)against?.Name)]);
    }

    internal TrainingCurve? Curve() => _run is null ? null : TrainingCurve.Read(Name, _run);
}
