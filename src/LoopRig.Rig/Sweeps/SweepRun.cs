using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.HeadFixed;
using LoopRig.Synthesis;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.Sweeps;

/// <summary>
/// A sweep from its config into a folder. Cells that have scores are left alone, an interrupted one goes on from its checkpoint, a failed one is tried again. Each cell is a
/// process with one thread of its own: as many at a time as there are processors, none of which can take the others down.
/// </summary>
internal sealed class SweepRun
{
    private readonly SweepConfig _config;
    private readonly SweepPlan _plan;
    private readonly string _source;
    private readonly string _folder;
    private readonly Stopwatch _clock = new();
    private double _startedShare;

    /// <summary>Reads the config and checks every cell of it, before anything is simulated or trained.</summary>
    /// <param name="path">The sweep's config.</param>
    /// <param name="folder">Where cells and report go; null: sessions/sweeps/NAME of the checkout.</param>
    /// <exception cref="RigConfigException">A key is wrong; the cell is named when it is one's.</exception>
    public SweepRun(string path, string? folder)
    {
        _source = Path.GetFullPath(path);
        _folder = Path.GetFullPath(folder ?? Path.Combine(Checkout.Root, "sessions", "sweeps", Path.GetFileNameWithoutExtension(path)));
        _config = ConfigJson.Read<SweepConfig>(_source);
        _config.Check(_source);
        _plan = new SweepPlan(_config, _folder, static data => SimulatedSessions.CellVersion(data));
        foreach (var cell in _plan.Cells)
        {
            Resolved(cell);
        }
        if (_config.ReceptiveFields is { } fields)
        {
            if (!SynthesisPreset.Names.Contains(fields.Preset))
            {
                throw new RigConfigException(_source, "receptiveFields.preset", $"there is no preset '{fields.Preset}'; there is {string.Join(", ", SynthesisPreset.Names)}");
            }
            foreach (var cell in _plan.TableCells)
            {
                HeadFixedSession(cell);
            }
        }
    }

    private int Workers => _config.Workers > 0 ? _config.Workers : Environment.ProcessorCount;

    /// <summary>Runs what is missing, and reports.</summary>
    public VerbResult Execute(CancellationToken stop)
    {
        var missing = _plan.Cells.Where(cell => CellResult.Read(_plan.FolderOf(cell)) is not { Error: null }).ToList();
        Console.Error.WriteLine($"sweep: {_plan.Cells.Count} cells, {_plan.Cells.Count - missing.Count} done, {missing.Count} to run; {_folder}");
        SimulatedSessions.Record(missing.SelectMany(cell => Resolved(cell).Simulated), Workers, stop);
        _clock.Start();
        _startedShare = 1.0 * (_plan.Cells.Count - missing.Count) / _plan.Cells.Count;
        Run(missing, stop);
        stop.ThrowIfCancellationRequested();
        return Report(Fields(stop));
    }

    private void Run(List<SweepCell> waiting, CancellationToken stop)
    {
        var running = new List<(SweepCell Cell, CellProcess Process)>();
        using var line = new ProgressLine("sweep");
        try
        {
            while (waiting.Count + running.Count > 0 && !stop.IsCancellationRequested)
            {
                while (running.Count < Workers && waiting.Find(Ready) is { } next)
                {
                    waiting.Remove(next);
                    if (next.After is { } before && CellResult.Read(_plan.FolderOf(before)) is { Error: { } error })
                    {
                        Directory.CreateDirectory(_plan.FolderOf(next));
                        new CellResult { Error = $"{before.Name} failed: {error}" }.Write(_plan.FolderOf(next));
                        continue;
                    }
                    running.Add((next, Start(next)));
                }
                stop.WaitHandle.WaitOne(200);
                foreach (var (cell, process) in running.Where(static one => one.Process.HasExited).ToArray())
                {
                    running.RemoveAll(one => one.Cell == cell);
                    Finish(cell, process);
                }
                var done = 1 - (waiting.Count + running.Count) / (double)_plan.Cells.Count;
                var pace = (done - _startedShare) / _clock.Elapsed.TotalSeconds;
                line.Report(done, $"{waiting.Count + running.Count} cells to go; {string.Join("; ", running.Select(static one => $"{one.Cell.Name}: {one.Process.Words}"))}",
                    pace > 0 ? TimeSpan.FromSeconds((1 - done) / pace) : null);
            }
        }
        finally
        {
            foreach (var (_, process) in running)
            {
                process.End();
            }
        }
        line.Done($"{_plan.Cells.Count} cells");

        bool Ready(SweepCell cell) => cell.After is null || (!waiting.Contains(cell.After) && running.TrueForAll(one => one.Cell != cell.After));
    }

    private CellProcess Start(SweepCell cell)
    {
        var folder = _plan.FolderOf(cell);
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, CellResult.FileName));
        var config = Resolved(cell).Config;
        if (cell.After is { } before)
        {
            var best = Path.Combine(_plan.FolderOf(before), "best");
            config["transfer"]!["from"] = Directory.GetFiles(best, "*.safetensors").Order(StringComparer.Ordinal).First();
        }
        File.WriteAllText(Path.Combine(folder, SweepCellRun.ConfigName), config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return new CellProcess(folder);
    }

    private void Finish(SweepCell cell, CellProcess process)
    {
        process.End();
        // A process that died without a word: its last lines are all there is.
        if (CellResult.Read(_plan.FolderOf(cell)) is null)
        {
            new CellResult { Error = $"the process ended with code {process.ExitCode}: {process.LastWords}" }.Write(_plan.FolderOf(cell));
        }
        if (CellResult.Read(_plan.FolderOf(cell)) is { Error: { } error })
        {
            Console.Error.WriteLine($"\nsweep: {cell.Name} failed: {error}");
        }
    }

    // Images of the cells that have a network; after the training, whose cells have a thread each, with all threads.
    private ReceptiveFields? Fields(CancellationToken stop)
    {
        if (_config.ReceptiveFields is not { } config)
        {
            return null;
        }
        var fields = new ReceptiveFields(config);
        LibTorch.NumThreads = Workers;
        var cells = _plan.TableCells.Where(cell => CellResult.Read(_plan.FolderOf(cell)) is { Error: null }).ToArray();
        using var line = new ProgressLine("most exciting images");
        for (var at = 0; at < cells.Length; at++)
        {
            var (cell, done) = (cells[at], at);
            fields.Measure(cell.Name, _plan.FolderOf(cell), HeadFixedSession(cell), (share, words) => line.Report((done + share) / cells.Length, $"{cell.Name}: {words}"), stop);
        }
        line.Done($"{cells.Length} networks");
        return fields;
    }

    // Of the cell's one animal, which is to be recorded or lies there with its truth.
    private string HeadFixedSession(SweepCell cell)
    {
        var (config, simulated) = Resolved(cell);
        var data = config["data"]!;
        if (data["sessions"] is JsonArray { Count: 1 } sessions)
        {
            var session = Path.Combine(data["folder"]!.GetValue<string>(), sessions[0]!.GetValue<string>());
            if (simulated.Count > 0 ? simulated[0].Stimulus is not null : File.Exists(Path.Combine(session, HeadFixedRecording.TruthName)))
            {
                return session;
            }
        }
        throw new RigConfigException(_source, "receptiveFields", $"cell {cell.Name} has other data than one simulated head-fixed animal, whose receptive fields are known");
    }

    private VerbResult Report(ReceptiveFields? fields)
    {
        var results = new SweepResults(_config, _plan);
        var report = new SweepReport(_config, _plan, results);
        foreach (var line in report.Lines())
        {
            Console.WriteLine(line);
        }
        var json = report.Json();
        if (fields is not null)
        {
            foreach (var line in fields.Lines())
            {
                Console.WriteLine(line);
            }
            json["receptive_fields"] = fields.Json();
            json["passed"] = report.Passed && fields.Passed;
            File.WriteAllText(Path.Combine(_folder, "receptive-fields.html"), fields.Html());
        }
        json["folder"] = _folder;
        json["seconds"] = Math.Round(_clock.Elapsed.TotalSeconds, 1);
        File.WriteAllText(Path.Combine(_folder, "sweep.csv"), report.Csv());
        File.WriteAllText(Path.Combine(_folder, "sweep.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.WriteAllText(Path.Combine(_folder, "report.html"), report.Html());
        Console.WriteLine($"Report: {Path.Combine(_folder, "report.html")}{(fields is null ? "" : $" and {Path.Combine(_folder, "receptive-fields.html")}")}");
        return new VerbResult(json["passed"]!.GetValue<bool>() ? ExitCodes.Done : ExitCodes.Failed, json);
    }

    // The cell's config with simulated sessions named as recorded ones, and every path from the sweep's folder. What it transfers from is for Start to fill in.
    private (JsonObject Config, IReadOnlyList<SimulatedSessions> Simulated) Resolved(SweepCell cell)
    {
        var source = $"{_source}: cell {cell.Name}";
        var json = cell.Config.DeepClone().AsObject();
        var simulated = SimulatedSessions.Resolve(json["data"], source);
        var transfer = json["transfer"]?.DeepClone();
        json.Remove("transfer");
        var config = ConfigJson.Read<TrainConfig>(json.ToJsonString(), source).WithPaths(path => ConfigJson.Absolute(path, _source));
        config.Check(source);
        var resolved = ConfigJson.Write(config);
        resolved["transfer"] = transfer;
        return (resolved, simulated);
    }
}
