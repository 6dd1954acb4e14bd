using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>
/// Retraining between two sessions: a network is trained on the last ones, from the promoted network where that fits, and takes its place only if it predicts
/// held-out data better.
/// </summary>
public static class Promotion
{
    /// <summary>The largest p of Wilcoxon's signed-rank test, paired over units, at which a new network counts as better.</summary>
    public const double Significance = 0.05;

    /// <summary>Trains, compares and promotes.</summary>
    /// <param name="config">What to train; of its data one session comes out (several are joined).</param>
    /// <param name="folder">Under which the run's folder is, named after the promoted network and the sessions: what was interrupted goes on.</param>
    /// <param name="network">The promoted network; need not exist.</param>
    /// <param name="progress">Told how far training is.</param>
    /// <param name="stop">Ends training, with a checkpoint.</param>
    /// <exception cref="LoopRigException">As for <see cref="TrainingRun.Execute(TrainConfig, string, Action{TrainingProgress}?, CancellationToken)"/>, or the data give several sessions.</exception>
    public static PromotionOutcome Execute(TrainConfig config, string folder, string network, Action<TrainingProgress>? progress = null, CancellationToken stop = default)
    {
        using INetwork? old = File.Exists(network) ? NetworkFile.Load(network) : null;
        InputSpec[] inputs = config.Network.Inputs(config.Data.Offered());
        IReadOnlyList<SessionData> data = config.Data.Open(inputs);
        try
        {
            if (data.Count != 1)
                throw new TrainingException($"a network is promoted for one session or several joined ones, and the data give {data.Count}: join them (\"join\": true)");
            using SessionNetworks networks = SessionNetworks.Create(config, data, old);
            string run = Path.Combine(folder, $"{old?.Hash[..12] ?? "first"}-{networks.Sessions[0].Name}");
            TrainingOutcome outcome = TrainingRun.Execute(config with { Test = false }, networks, run, progress, stop, null);
            return outcome.Training.Finished ? Decide(config, networks, outcome, old, network) : new PromotionOutcome { Training = outcome, StartedFromOld = networks.StartedFrom, Promoted = false };
        }
        finally
        {
            foreach (SessionData session in data)
                session.Data.Dispose();
        }
    }

    private static PromotionOutcome Decide(TrainConfig config, SessionNetworks networks, TrainingOutcome outcome, INetwork? old, string path)
    {
        TrainingSession session = networks.Sessions[0];
        EvaluationResult mine = Evaluate(session.Network, session, config.Training);
        PairedTest? test = null;
        EvaluationResult? theirs = null;
        if (old is not null && old.UnitIds.SequenceEqual(session.Data.UnitIds))
        {
            theirs = Evaluate(old, session, config.Training);
            test = PairedTest.Of(mine.Prediction.SingleBin, theirs.Prediction.SingleBin);
        }
        // Of other units than the animal's the old network tells nothing, so there is nothing to compare with.
        bool promoted = test is not { } paired || (paired.MeanDifference > 0 && paired.WilcoxonP < Significance);
        if (promoted)
            Replace(session.Network, path, old, outcome);
        return new PromotionOutcome { Training = outcome, StartedFromOld = networks.StartedFrom, Promoted = promoted, New = mine, Old = theirs, Test = test };
    }

    // On the test part of the same bins.
    private static EvaluationResult Evaluate(INetwork network, TrainingSession session, TrainingOptions options)
        => network.AnswersEveryFrame
            ? Evaluator.Evaluate(network, session.Data, session.Split.Test, options.SequenceFrames, options.BurnIn)
            : Evaluator.Evaluate(network, session.Data, session.Split.Test);

    // The new network is whole on the disk before it takes the old one's name, in one rename; the old one is kept beside it.
    private static void Replace(INetwork network, string path, INetwork? old, TrainingOutcome outcome)
    {
        string beside = path + ".new";
        NetworkFile.Save(network, beside, new Dictionary<string, string>
        {
            ["trained_on"] = outcome.Networks[0].Session,
            ["run"] = Path.GetFileName(outcome.Folder),
            ["promoted_over"] = old?.Hash ?? "nothing",
            ["looprig"] = RunRecord.Version,
        });
        try
        {
            if (old is not null)
            {
                File.Copy(path, path + ".previous.part", overwrite: true);
                File.Move(path + ".previous.part", path + ".previous", overwrite: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be replaced: {error.Message}; the new network is {beside}", error);
        }
    }
}
