using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Rig.Configuration;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>train CONFIG</c>: trains networks, and goes on by itself with what was interrupted.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("CONFIG") { Description = "what to train, such as rig-configs/train-macaque-v4.json" };
        var folder = new Option<DirectoryInfo?>("--out") { HelpName = "FOLDER", Description = "the run's folder (default: the config's output, else runs/NAME); a checkpoint of the same config in it is gone on from" };
        var fresh = new Option<bool>("--fresh") { Description = "begin anew: the folder's checkpoint is removed" };
        var threads = new Option<int?>("--threads") { HelpName = "N", Description = "threads of libtorch (default: one a processor)" };
        var noTest = new Option<bool>("--no-test") { Description = "leave the test data unopened: choose on validation alone" };
        var promote = new Option<FileInfo?>("--promote") { HelpName = "NETWORK", Description = "retrain between two sessions: begin with this network where it fits, and replace it if the new one predicts held-out data better" };
        var device = DeviceOption.Create("where to train: cpu or cuda:N");
        threads.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--threads: at least 1 is needed");
            }
        });
        return Verb.Create("train", "Train networks; what was interrupted goes on bit for bit.", [file, folder, fresh, threads, device, noTest, promote], (parsed, stop) =>
        {
            var path = parsed.GetValue(file)!;
            var on = DeviceOption.Read(parsed, device);
            var config = Sweeps.SimulatedSessions.Load(path, stop) with { Device = on };
            if (parsed.GetValue(noTest))
            {
                config = config with { Test = false };
            }
            config = config with { Fresh = parsed.GetValue(fresh) };
            LibTorch.NumThreads = parsed.GetValue(threads) ?? Environment.ProcessorCount;
            var output = parsed.GetValue(folder)?.FullName ?? config.Output ?? Path.Combine(Checkout.Root, "runs", Path.GetFileNameWithoutExtension(path));
            return parsed.GetValue(promote) is { } network ? Promote(config, output, network.FullName, stop) : Train(config, output, stop);
        });
    }

    private static VerbResult Train(TrainConfig config, string folder, CancellationToken stop)
    {
        Console.Error.WriteLine($"train: into {folder}{(!config.Fresh && File.Exists(Path.Combine(folder, TrainingRun.CheckpointName)) ? ", going on from its checkpoint" : "")}");
        using var line = new ProgressLine("train");
        var outcome = TrainingRun.Execute(config, folder, p => line.Report((p.Epoch - 1 + p.EpochShare) / p.Epochs, Words(p), p.Remaining), stop);
        var training = outcome.Training;
        var best = training.BestEpoch == 0 ? "stopped in the first epoch" : string.Create(CultureInfo.InvariantCulture,
            $"best of {training.Epochs} epochs: {training.BestEpoch}, validation loss {training.ValidationLosses[training.BestEpoch - 1]:F4}, correlation {training.ValidationCorrelations[training.BestEpoch - 1]:F4}");
        line.Done(best);
        Warn(outcome);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{training.SamplesPerSecond:F0} samples/s, peak memory {outcome.PeakMemoryBytes / 1e6:F0} MB"));
        foreach (var note in outcome.DataNotes)
        {
            Console.WriteLine($"data {note}");
        }
        if (!training.Finished)
        {
            Console.WriteLine("stopped before its end; the same command goes on");
        }
        foreach (var network in outcome.Networks)
        {
            Console.WriteLine($"network {network.Session}: {network.Path}");
        }
        var summary = Summary(outcome);
        if (training.Finished && config.Test)
        {
            var test = RunTest.Execute(config, folder, stop);
            foreach (var text in test.Lines())
            {
                Console.WriteLine(text);
            }
            summary["test"] = test.ToJson();
        }
        return new VerbResult(training.Finished ? ExitCodes.Done : ExitCodes.Failed, summary);
    }

    // Retraining between two sessions.
    private static VerbResult Promote(TrainConfig config, string folder, string network, CancellationToken stop)
    {
        Console.Error.WriteLine($"train: into {folder}, to be promoted to {network}{(File.Exists(network) ? "" : ", which is not there yet")}");
        using var line = new ProgressLine("train");
        var outcome = Promotion.Execute(config, folder, network, p => line.Report((p.Epoch - 1 + p.EpochShare) / p.Epochs, Words(p), p.Remaining), stop);
        var training = outcome.Training.Training;
        line.Done($"best of {training.Epochs} epochs: {training.BestEpoch}, {(outcome.StartedFromOld ? "begun with the promoted network" : "begun anew")}");
        Warn(outcome.Training);
        Console.WriteLine($"run {outcome.Training.Folder}");
        if (outcome.New is not null)
        {
            Console.WriteLine($"new  {TestWords(outcome.New)}");
        }
        if (outcome.Old is not null)
        {
            Console.WriteLine($"old  {TestWords(outcome.Old)}");
        }
        if (outcome.Test is { } test)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"new minus old over {test.Units} units: mean {test.MeanDifference:+0.0000;-0.0000}, better in {100 * test.Better:F0} %, p = {test.WilcoxonP:0.0e+0} (Wilcoxon signed rank; below {Promotion.Significance} is asked for)"));
        }
        Console.WriteLine(!training.Finished ? "stopped before its end; the same command goes on"
            : !outcome.Promoted ? $"not promoted: {network} is as it was"
            : $"promoted: {network}{(outcome.Old is null ? "" : $", the old one is {Path.GetFileName(network)}.previous")}; a running rig takes it when its control socket is told \"swap {network}\"");
        var summary = Summary(outcome.Training);
        summary["promoted"] = outcome.Promoted;
        summary["started_from_promoted"] = outcome.StartedFromOld;
        summary["correlation_new"] = outcome.New is null ? null : Finite(outcome.New.Prediction.MeanSingleBin);
        summary["correlation_old"] = outcome.Old is null ? null : Finite(outcome.Old.Prediction.MeanSingleBin);
        summary["p"] = outcome.Test is null ? null : Finite(outcome.Test.Value.WilcoxonP);
        return new VerbResult(training.Finished ? ExitCodes.Done : ExitCodes.Failed, summary);
    }

    private static void Warn(TrainingOutcome outcome)
    {
        if (outcome.Caveat is not null)
        {
            Console.Error.WriteLine($"train: {outcome.Caveat}");
        }
    }

    private static string TestWords(EvaluationResult result)
    {
        var (r, loss) = (result.Summarise(ScoreKind.SingleBin), result.Summarise(ScoreKind.PoissonLoss));
        return string.Create(CultureInfo.InvariantCulture, $"{result.UnitIds.Length} units, {result.Bins} held-out bins: r median {r.Median:F4}, mean {r.Mean:F4}; Poisson loss {loss.Mean:F4}");
    }

    internal static string Words(TrainingProgress p) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {p.Epoch}/{p.Epochs}  loss {p.TrainingLoss:F4}  validation {p.ValidationLoss:F4} r {p.ValidationCorrelation:F4}  {p.SamplesPerSecond:F0} samples/s");

    private static JsonObject Summary(TrainingOutcome outcome)
    {
        var training = outcome.Training;
        return new JsonObject
        {
            ["folder"] = outcome.Folder,
            ["finished"] = training.Finished,
            ["epochs"] = training.Epochs,
            ["best_epoch"] = training.BestEpoch,
            ["steps"] = training.Steps,
            ["seconds"] = Math.Round(training.Duration.TotalSeconds, 1),
            ["samples_per_second"] = Math.Round(training.SamplesPerSecond, 1),
            ["validation_loss"] = training.BestEpoch == 0 ? null : Finite(training.ValidationLosses[training.BestEpoch - 1]),
            ["validation_correlation"] = training.BestEpoch == 0 ? null : Finite(training.ValidationCorrelations[training.BestEpoch - 1]),
            ["peak_memory_bytes"] = outcome.PeakMemoryBytes,
            ["networks"] = new JsonObject(outcome.Networks.Select(static network => KeyValuePair.Create(network.Session, (JsonNode?)network.Path))),
        };
    }

    /// <summary>JSON has no NaN: a score that is no number is null.</summary>
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
