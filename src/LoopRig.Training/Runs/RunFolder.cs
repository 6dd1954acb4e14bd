using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>
/// The folder of a run: config.json, run.json (versions, seed, machine), metrics.csv and events.out.tfevents.* (one entry a pass), last.checkpoint, and
/// best/SESSION.safetensors, each a whole network.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string RunName = "run.json";
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly FileStream _lock;
    private readonly MetricsFile _metrics;
    private readonly EventFile _events;
    private readonly JsonObject _run;

    /// <summary>Opens the folder, or makes it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">The run's config.</param>
    /// <param name="sessions">Names of the sessions.</param>
    /// <exception cref="TrainingException">It cannot be written, another run writes into it, or its checkpoint is none of this config: then nothing was written.</exception>
    internal RunFolder(string path, TrainConfig config, IReadOnlyList<string> sessions)
    {
        Path = path;
        try
        {
            Directory.CreateDirectory(BestFolder);
            _lock = new FileStream(In("run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: the run's folder cannot be written, or another training writes into it: {error.Message}", error);
        }
        try
        {
            Checkpoints = new CheckpointStore(In(TrainingRun.CheckpointName), config.Determining());
            if (config.Fresh)
                Clear();
            int completed = Checkpoints.Verify();
            Resumes = Checkpoints.Exists;
            _run = (Resumes ? ReadRecord() : null) ?? RunRecord.New(config, sessions);
            if (Resumes)
                (_run["resumed"] as JsonArray)?.Add(RunRecord.Resumption());
            WriteText("config.json", ConfigJson.Write(config));
            WriteText(RunName, _run);
            _metrics = new MetricsFile(In("metrics.csv"), sessions, completed);
            _events = EventFile.Create(path);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    internal string Path { get; }

    internal CheckpointStore Checkpoints { get; }

    /// <summary>Whether there was a checkpoint to go on from.</summary>
    internal bool Resumes { get; }

    private string BestFolder => In("best");

    /// <summary>Where the best network of a session is saved.</summary>
    internal string NetworkPath(string session) => System.IO.Path.Combine(BestFolder, FileName(session) + ".safetensors");

    /// <summary>Adds a pass to metrics and events.</summary>
    /// <exception cref="TrainingException">They cannot be written.</exception>
    internal void Add(EpochRecord record)
    {
        try
        {
            Append(record);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{Path}: the metrics of pass {record.Epoch} cannot be written: {error.Message}; its checkpoint was: make room and start again to go on from it", error);
        }
    }

    private void Append(EpochRecord record)
    {
        _metrics.Add(record);
        _events.Add(record.Step, "loss/training", record.TrainingLoss);
        _events.Add(record.Step, "loss/validation", record.Validation.Loss);
        _events.Add(record.Step, "correlation/validation", record.Validation.Correlation);
        _events.Add(record.Step, "learning_rate", record.LearningRate);
        _events.Add(record.Step, "gradient_norm", record.GradientNorm);
        _events.Add(record.Step, "samples_per_second", record.SamplesPerSecond);
        _events.Flush();
    }

    /// <summary>Saves the networks as they are now as the best.</summary>
    internal void SaveBest(IReadOnlyList<TrainingSession> sessions, int epoch)
    {
        foreach (TrainingSession session in sessions)
        {
            NetworkFile.Save(session.Network, NetworkPath(session.Name), new Dictionary<string, string>
            {
                ["trained_on"] = session.Name,
                ["best_epoch"] = epoch.ToString(CultureInfo.InvariantCulture),
                ["looprig"] = RunRecord.Version,
                ["config"] = Checkpoints.ConfigText,
            });
        }
    }

    /// <summary>Notes in run.json what came of it.</summary>
    internal void Note(TrainingResult result, long peakMemoryBytes, IReadOnlyList<string> dataNotes)
    {
        _run["data_notes"] = new JsonArray([.. dataNotes.Select(static note => (JsonNode)note)]);
        _run["finished"] = result.Finished;
        _run["best_epoch"] = result.BestEpoch;
        _run["epochs"] = result.Epochs;
        _run["steps"] = result.Steps;
        _run["seconds"] = Math.Round(result.Duration.TotalSeconds, 1);
        _run["peak_memory_bytes"] = peakMemoryBytes;
        WriteText(RunName, _run);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _lock.Dispose();
    }

    internal string In(string file) => System.IO.Path.Combine(Path, file);

    // What a run leaves behind, but for the log of its tests: opened is opened.
    private void Clear()
    {
        try
        {
            File.Delete(In(TrainingRun.CheckpointName));
            foreach (string file in (string[])[.. Directory.GetFiles(BestFolder, "*.safetensors"), .. Directory.GetFiles(Path, "events.out.tfevents.*")])
                File.Delete(file);
            foreach (string floor in Directory.GetDirectories(Path, "ridge-*"))
                Directory.Delete(floor, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{Path}: what the run before left cannot be removed: {error.Message}", error);
        }
    }

    // Null where there is none, or one that is damaged: a new one takes its place.
    private JsonObject? ReadRecord()
    {
        try
        {
            return File.Exists(In(RunName)) ? JsonNode.Parse(File.ReadAllText(In(RunName))) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{In(RunName)}: cannot be read: {error.Message}", error);
        }
    }

    private void WriteText(string file, JsonNode json)
    {
        try
        {
            // On the disk before it takes the name: a power cut leaves the old one or the new one.
            using (var part = new FileStream(In(file) + ".part", FileMode.Create, FileAccess.Write))
            {
                part.Write(Encoding.UTF8.GetBytes(json.ToJsonString(s_indented) + "\n"));
                part.Flush(flushToDisk: true);
            }
            File.Move(In(file) + ".part", In(file), overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{In(file)}: cannot be written: {error.Message}", error);
        }
    }

    private static string FileName(string session) => string.Join('_', session.Split(System.IO.Path.GetInvalidFileNameChars()));
}
