using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.Sweeps;

/// <summary>One cell of a sweep, in a process of its own: training, which goes on where it was interrupted, and the test.</summary>
internal static class SweepCellRun
{
    /// <summary>The cell's config as the sweep resolved it, in the cell's folder.</summary>
    public const string ConfigName = "cell-config.json";

    /// <summary>Runs the cell and writes its result; one that is there already is replaced.</summary>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="progress">Told in words how far it is.</param>
    /// <param name="stop">Ends training with a checkpoint, without a result.</param>
    public static CellResult Execute(string folder, Action<string> progress, CancellationToken stop)
    {
        LibTorch.NumThreads = 1;
        var clock = Stopwatch.StartNew();
        CellResult result;
        try
        {
            result = Run(folder, progress, clock, stop);
        }
        catch (LoopRigException e)
        {
            result = new CellResult { Error = e.Message, Seconds = clock.Elapsed.TotalSeconds };
        }
        result.Write(folder);
        return result;
    }

    private static CellResult Run(string folder, Action<string> progress, Stopwatch clock, CancellationToken stop)
    {
        var path = Path.Combine(folder, ConfigName);
        var config = TrainConfig.Load(path);
        var outcome = TrainingRun.Execute(config, folder, p => progress(FormattableString.Invariant(
            $"epoch {p.Epoch}/{p.Epochs}, validation {p.ValidationLoss:F4}, {p.SamplesPerSecond:F0} samples/s")), stop);
        stop.ThrowIfCancellationRequested();
        var tested = EvaluationRun.Execute(new NetworkSource(folder), null, config.Data, DataPart.Test, stop);
        using var network = NetworkFile.Load(outcome.Networks[0].Path);
        return new CellResult
        {
            Seconds = clock.Elapsed.TotalSeconds,
            Epochs = outcome.Training.Epochs,
            Parameters = network.Weights.Parameters.Values.Sum(static p => p.Elements),
            Units = [.. tested.UnitNames],
            Scores = tested.Kinds.ToDictionary(static kind => kind, tested.Scores),
            CeilingBoxcar = ScoreSummary.Of(tested.Ceiling(ScoreKind.Boxcar)).Mean,
        };
    }
}
