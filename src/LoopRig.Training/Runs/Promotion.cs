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
        using INetwork? old = File.Exists(network) ? NetworkFile.Load(network).MovedTo(config.Device) : null;
        InputSpec[] inputs = config.Network.Inputs(config.Data.Offered());
        IReadOnlyList<SessionData> data = config.Data.Open(inputs), seen = [];
        try
        {
            if (data.Count != 1)
                throw new TrainingException($"a network is promoted for one session or several joined ones, and the data give {data.Count}: join them (\"join\": true)");
            // Whether the two can be compared shows before hours of training.
            if (old is not null)
            {
                CheckComparable(old, data[0], network);
                if (InputSpec.Difference(old.Inputs, data[0].Data.Inputs) is not null)
                    seen = config.Data.Open([.. old.Inputs.Select(static input => input with { Mean = [], Std = [] })]);
            }
            using SessionNetworks networks = SessionNetworks.Create(config, data, old);
            string run = Path.Combine(folder, $"{old?.Hash[..12] ?? "first"}-{networks.Sessions[0].Name}");
            TrainingOutcome outcome = TrainingRun.Execute(config with { Test = false }, networks, run, progress, stop, null);
            return outcome.Training.Finished ? Decide(config, networks, data[0], old, seen.Count > 0 ? seen[0] : data[0], outcome, network) : new PromotionOutcome { Training = outcome, StartedFromOld = networks.StartedFrom, Promoted = false };
        }
        finally
        {
            foreach (SessionData session in data.Concat(seen))
                session.Data.Dispose();
        }
    }

    private static void CheckComparable(INetwork old, SessionData session, string path)
    {
        const string Advice = "Promote to another file, or move this one away to have nothing compared";
        string[] units = session.Data.UnitIds;
        if (!old.UnitIds.SequenceEqual(units))
        {
            int at = Enumerable.Range(0, Math.Min(units.Length, old.Units)).FirstOrDefault(i => old.UnitIds[i] != units[i], Math.Min(units.Length, old.Units));
            throw new TrainingException(
                $"{path}: predicts {old.Units} units, session {session.Name} has {units.Length}, and the first that differs is number {at + 1}: {old.UnitIds.ElementAtOrDefault(at) ?? "none"} there, {units.ElementAtOrDefault(at) ?? "none"} here. Networks of other units cannot be compared. {Advice}");
        }
        if (old.Spec.OutputDelayBins != session.DelayBins)
            throw new TrainingException($"{path}: predicts activity {old.Spec.OutputDelayBins} bins later, session {session.Name} {session.DelayBins}: what they predict cannot be compared. {Advice}");
        if (!session.Parts.Contains(DataPart.Test))
            throw new TrainingException($"session {session.Name} has no test part to compare {path} on: its data need a split with one");
    }

    private static PromotionOutcome Decide(
        TrainConfig config, SessionNetworks networks, SessionData data, INetwork? old, SessionData dataOfOld, TrainingOutcome outcome, string path)
    {
        INetwork network = networks.Sessions[0].Network;
        // Both answer for the same bins: those that the one with the longer window, or with the burn-in, leaves of the test part.
        int window = Math.Max(Window(network, config.Training), old is null ? 1 : Window(old, config.Training));
        EvaluationResult mine = Evaluate(network, data, window, config.Training);
        EvaluationResult? theirs = null;
        if (old is not null)
        {
            theirs = Evaluate(old, dataOfOld, window, config.Training);
            int[] common = [.. mine.Predictions.Places.Intersect(theirs.Predictions.Places)];
            (mine, theirs) = (mine.At(common), theirs.At(common));
        }
        PairedTest? test = theirs is null ? null : PairedTest.Of(mine.Prediction.SingleBin, theirs.Prediction.SingleBin);
        bool promoted = old is null || test is { MeanDifference: > 0, WilcoxonP: < Significance };
        if (promoted)
            Replace(network, path, old, outcome);
        return new PromotionOutcome { Training = outcome, StartedFromOld = networks.StartedFrom, Promoted = promoted, New = mine, Old = theirs, Test = test };
    }

    private static int Window(INetwork network, TrainingOptions options) => network.AnswersEveryFrame ? options.SequenceFrames : network.WindowFrames;

    private static EvaluationResult Evaluate(INetwork network, SessionData session, int window, TrainingOptions options)
        => network.AnswersEveryFrame
            ? Evaluator.Evaluate(network, session.Data, session.Split(window).Test, window, options.BurnIn)
            : Evaluator.Evaluate(network, session.Data, session.Split(window).Test);

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
