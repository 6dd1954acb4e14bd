using System.Globalization;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Recording;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;
using LoopRig.Simulation;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.Demo;

/// <summary>
/// The whole of LoopRig on one simulated animal, without hardware: record a session, train a network on it, test it on what it has not seen, and let it
/// predict the animal's next session live. Ends with a report.
/// </summary>
internal sealed class DemoRun(DemoSettings settings, string folder)
{
    /// <summary>The trained network, in the demo's folder; rig-configs/sim-freely-moving.json serves it.</summary>
    public const string NetworkName = "network.safetensors";
    /// <summary>The eye's calibration, in the demo's folder: the recording makes it, the next session uses it.</summary>
    public const string CalibrationName = "eye.json";
    private string RecordedFolder => Path.Combine(folder, "recorded");
    private string NetworkPath => Path.Combine(folder, NetworkName);

    /// <summary>Runs the demo into its own folder below the checkout, replacing what an earlier one left there.</summary>
    public static VerbResult Execute(CancellationToken stop) => new DemoRun(new DemoSettings(), Path.Combine(Checkout.Root, "sessions", "demo")).Run(stop);

    /// <summary>Record, train, test, predict live, report.</summary>
    public VerbResult Run(CancellationToken stop)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        Directory.CreateDirectory(folder);
        var started = RigClock.Now;
        var truth = Record(stop);
        var evaluation = TrainAndTest(stop);
        var live = DemoLive.Predict(settings, folder, NetworkPath, stop);
        stop.ThrowIfCancellationRequested();
        var report = DemoReport.Build(settings, truth, evaluation.Training, evaluation.Result, evaluation.Shuffled, live, (RigClock.Now - started) / 1e9);
        File.WriteAllText(Path.Combine(folder, "report.json"), report.ToJson().ToJsonString(new() { WriteIndented = true }));
        report.Print(Console.Out, folder);
        return new VerbResult(report.Passed ? ExitCodes.Done : ExitCodes.Failed, report.ToJson());
    }

    private GroundTruth Record(CancellationToken stop)
    {
        using var line = new ProgressLine("1/4 simulate and record");
        var truth = SimulatedRecording.Record(SimulatedRig.Adapters(settings.Seed, 0, settings.Units, encoderPort: null, Path.Combine(folder, CalibrationName)), settings.RecordedSeconds, RecordedFolder,
            done => line.Report(done / settings.RecordedSeconds, FormattableString.Invariant($"{done:F0} of {settings.RecordedSeconds:F0} simulated seconds")), stop);
        var bytes = new DirectoryInfo(RecordedFolder).EnumerateFiles().Sum(static f => f.Length);
        line.Done(FormattableString.Invariant($"{settings.RecordedSeconds:F0} s of {truth.Units.Count} neurons, {bytes / 1e6:F0} MB"));
        return truth;
    }

    private (TrainingResult Training, EvaluationResult Result, ShuffleControl Shuffled) TrainAndTest(CancellationToken stop)
    {
        LibTorch.NumThreads = 1; // batches are small: a second thread gains little, and spins where the machine has other work
        using var session = new SessionReader(RecordedFolder);
        using var data = ReadDataset(session, stop);
        var shape = DemoSettings.Network(DemoSettings.Inputs(), data.UnitIds);
        var split = DataSplit.Cut(data, shape.Window, shape.OutputDelayBins);
        var spec = DemoSettings.Network(data.WithStatistics(split.Fit), data.UnitIds);
        using var network = NetworkFile.Create(spec, settings.Training.Seed);
        var training = Train(network, data, split, stop);
        NetworkFile.Save(network, NetworkPath, new Dictionary<string, string>
        {
            ["trained_on"] = Path.GetFileName(RecordedFolder),
            ["session"] = session.Info.Id.ToString(),
            ["best_epoch"] = training.BestEpoch.ToString(CultureInfo.InvariantCulture),
        });
        using var line = new ProgressLine("3/4 test on held-out data");
        var result = Evaluator.Evaluate(network, data, split.Test);
        var shuffled = new Evaluator(network, data).Shuffle(split.Test, settings.Training.Seed);
        line.Done(FormattableString.Invariant($"r {result.Prediction.MeanSingleBin:F3} single bin, {result.Prediction.MeanBoxcar:F3} after the 2 s boxcar"));
        return (training, result, shuffled);
    }

    private Dataset ReadDataset(SessionReader session, CancellationToken stop)
    {
        using var line = new ProgressLine("2/4 cut into bins");
        var spec = new DatasetSpec { Inputs = DemoSettings.Inputs(), ActivityStream = MouseStreams.Activity, TruthStream = MouseStreams.TruthExpected };
        var data = SessionDataset.Read(session, spec, stop);
        line.Done(FormattableString.Invariant($"{data.Length} bins of {data.BinNs / 1e6:F0} ms"));
        return data;
    }

    private TrainingResult Train(INetwork network, Dataset data, DataSplit split, CancellationToken stop)
    {
        var shape = DemoSettings.Network(data.Inputs, data.UnitIds);
        using var line = new ProgressLine("2/4 train");
        Console.Error.WriteLine($"2/4 train: Xu network, widths reduced to {string.Join(", ", shape.ConvolutionChannels)} channels (published 128, 64, 32), "
            + $"{shape.Hidden} hidden (512), shifter {shape.ShifterHidden} (256); {split.Fit.Length} bins to fit, {split.Validation.Length} to validate, {split.Test.Length} held out");
        var training = new Trainer([new("demo", network, data, split)], settings.Training, p => line.Report((p.Epoch - 1 + p.EpochShare) / p.Epochs, FormattableString.Invariant(
            $"epoch {p.Epoch}/{p.Epochs}  loss {p.TrainingLoss:F4}  validation {p.ValidationLoss:F4}  {p.SamplesPerSecond:F0} bins/s"), p.Remaining)).Run(stop);
        stop.ThrowIfCancellationRequested();
        line.Done(FormattableString.Invariant($"best of {training.Epochs} epochs: {training.BestEpoch}, validation loss {training.ValidationLosses[training.BestEpoch - 1]:F4}"));
        return training;
    }
}
