using System.Diagnostics;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Training from a config into a folder; it goes on by itself where the folder holds a checkpoint of the same config.</summary>
public static class TrainingRun
{
    /// <summary>The file in a run's folder that training goes on from.</summary>
    public const string CheckpointName = "last.checkpoint";

    private static readonly TimeSpan s_betweenSaves = TimeSpan.FromMinutes(1);

    /// <summary>Trains to the end, or until it is stopped.</summary>
    /// <param name="config">What to train; paths absolute.</param>
    /// <param name="folder">The run's folder; made when it is not there.</param>
    /// <param name="progress">Told how far it is; runs on the training thread.</param>
    /// <param name="stop">Ends training after the current batch, with a checkpoint.</param>
    /// <exception cref="TrainingException">Training went wrong, or the folder holds a checkpoint of another config.</exception>
    /// <exception cref="LoopRigException">The data or a network cannot be read or do not fit.</exception>
    public static TrainingOutcome Execute(TrainConfig config, string folder, Action<TrainingProgress>? progress = null, CancellationToken stop = default)
        => Execute(config, folder, progress, stop, null);

    /// <summary>For tests: the same, telling of every step.</summary>
    internal static TrainingOutcome Execute(TrainConfig config, string folder, Action<TrainingProgress>? progress, CancellationToken stop, Action? stepTaken)
    {
        IReadOnlyList<InputSpec> offered = config.Data.Offered();
        InputSpec[] inputs = config.Network.Inputs(offered);
        if (config is { Test: true, Floor: { } features })
            _ = RidgeFloor.Of(config.Network, offered, features);
        IReadOnlyList<SessionData> data = config.Data.Open(inputs);
        try
        {
            using SessionNetworks networks = SessionNetworks.Create(config, data);
            return Execute(config, networks, folder, progress, stop, stepTaken);
        }
        finally
        {
            foreach (SessionData session in data)
                session.Data.Dispose();
        }
    }

    /// <summary>The same with networks that are there.</summary>
    internal static TrainingOutcome Execute(
        TrainConfig config, SessionNetworks networks, string folder, Action<TrainingProgress>? progress, CancellationToken stop, Action? stepTaken)
    {
        using var run = new RunFolder(folder, config, [.. networks.Sessions.Select(static session => session.Name)]);
        TrainingOptions options = config.Training with { Seed = config.Seed, Freeze = [.. config.Training.Freeze, .. networks.Frozen] };
        Stopwatch? sinceSave = null;
        var trainer = new Trainer(networks.Sessions, options, progress)
        {
            Checkpoints = run.Checkpoints,
            StepTaken = stepTaken,
            EpochEnded = run.Add,
            SaveBest = state =>
            {
                // Networks improve every few seconds at first; what is missed here is in the checkpoint, and saved at the end.
                if (sinceSave is not null && sinceSave.Elapsed < s_betweenSaves)
                    return;
                run.SaveBest(networks.Sessions, state.BestEpoch);
                sinceSave = Stopwatch.StartNew();
            },
        };
        TrainingResult result = trainer.Run(stop);
        // Stopped in the first pass there is no best one, and what was drawn is no trained network.
        if (result.BestEpoch > 0)
            run.SaveBest(networks.Sessions, result.BestEpoch);
        using var process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        run.Note(result, peak, networks.Notes);
        return new TrainingOutcome
        {
            Folder = folder,
            Training = result,
            Networks = result.BestEpoch == 0 ? [] : [.. networks.Sessions.Select(session => new SessionNetwork(session.Name, run.NetworkPath(session.Name)))],
            PeakMemoryBytes = peak,
            DataNotes = networks.Notes,
            Caveat = run.Checkpoints.Caveat,
        };
    }
}
