using System.Globalization;
using LoopRig.Core;
using LoopRig.Rig.CommandLine;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Sweeps;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Rig.Live;

/// <summary>Trains the network of a rig that has a recipe for it and no file yet, before anything starts.</summary>
internal static class RigTraining
{
    /// <summary>Trains it where it is missing; what was interrupted goes on.</summary>
    /// <exception cref="LoopRigException">The recipe is wrong, or training fails.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before its end.</exception>
    public static void TrainIfMissing(RigConfig rig, TextWriter? output, CancellationToken stop)
    {
        if (rig.Network is not { TrainIfMissing: { } recipe } network || File.Exists(network.File))
        {
            return;
        }
        output?.WriteLine($"{network.File} is not there yet: it is trained first, as {recipe} says");
        var config = SimulatedSessions.Load(recipe, stop);
        LibTorch.NumThreads = Environment.ProcessorCount;
        using var line = new ProgressLine("train");
        var folder = config.Output ?? Path.Combine(Checkout.Root, "runs", Path.GetFileNameWithoutExtension(recipe));
        var outcome = TrainingRun.Execute(config, folder, p => line.Report((p.Epoch - 1 + p.EpochShare) / p.Epochs, TrainVerb.Words(p), p.Remaining), stop);
        stop.ThrowIfCancellationRequested();
        if (outcome.Networks.Count != 1)
        {
            throw new RigConfigException(rig.File, "network.trainIfMissing", $"{recipe} trains {outcome.Networks.Count} networks; one is wanted");
        }
        var training = outcome.Training;
        line.Done(string.Create(CultureInfo.InvariantCulture, $"best of {training.Epochs} epochs: {training.BestEpoch}, correlation {training.ValidationCorrelations[training.BestEpoch - 1]:F3} on validation"));
        Directory.CreateDirectory(Path.GetDirectoryName(network.File)!);
        // Under another name first: a file of this name is whole.
        var beside = $"{network.File}.part-{Environment.ProcessId}";
        File.Copy(outcome.Networks[0].Path, beside, overwrite: true);
        File.Move(beside, network.File, overwrite: true);
    }
}
