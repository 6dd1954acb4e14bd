using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>Networks from files against data from a config: pairs them with sessions, predicts the test part, and compares.</summary>
public static class EvaluationRun
{
    /// <summary>Evaluates a network, or two on the same bins.</summary>
    /// <param name="first">The network.</param>
    /// <param name="second">What it is compared with; null: nothing.</param>
    /// <param name="data">Whose test part is predicted.</param>
    /// <param name="stop">Ends it between two sessions.</param>
    /// <exception cref="LoopRigException">A file cannot be read, or no network fits a session.</exception>
    public static Evaluation Execute(NetworkSource first, NetworkSource? second, DataConfig data, CancellationToken stop = default)
    {
        using var sessions = new OpenedSessions(data);
        // Both answer for the same bins, which the one with the longer window decides.
        int window = Math.Max(first.LongestWindow(), second?.LongestWindow() ?? 1);
        first.NoteOpening(second);
        second?.NoteOpening(first);
        Dictionary<string, EvaluationResult> results = Evaluate(first, sessions, window, stop);
        Dictionary<string, EvaluationResult>? others = second is null ? null : Evaluate(second, sessions, window, stop);
        EvaluatedSession[] evaluated =
        [
            .. results.Where(result => others?.ContainsKey(result.Key) != false).Select(result => new EvaluatedSession(result.Key, result.Value, others?[result.Key])),
        ];
        if (evaluated.Length == 0)
            throw new LoopRigException($"{first.Name} and {second!.Name} have no session in common: {string.Join(", ", results.Keys)}; {string.Join(", ", others!.Keys)}");
        IEnumerable<NetworkSource> sources = second is null ? [first] : [first, second];
        return new Evaluation(first.Name, second?.Name, evaluated, [.. sources.Select(static source => source.Curve()).OfType<TrainingCurve>()]);
    }

    private static Dictionary<string, EvaluationResult> Evaluate(NetworkSource source, OpenedSessions sessions, int window, CancellationToken stop)
    {
        var results = new Dictionary<string, EvaluationResult>();
        foreach (string file in source.Files)
        {
            stop.ThrowIfCancellationRequested();
            using INetwork network = NetworkFile.Load(file);
            IReadOnlyList<SessionData> fitting = [.. sessions.For(network).Where(session => session.Data.UnitIds.SequenceEqual(network.UnitIds))];
            string name = Path.GetFileNameWithoutExtension(file);
            foreach (SessionData session in source.Files.Count > 1 ? fitting.Where(session => session.Name == name || fitting.Count == 1) : fitting)
            {
                (int frames, int burnIn) = network.AnswersEveryFrame ? source.Sequence() : (1, 0);
                int[] test = session.Split(Math.Max(window, frames)).Test;
                results[session.Name] = Evaluator.Evaluate(network, session.Data, test, frames, burnIn);
            }
        }
        if (results.Count == 0)
            throw new NetworkException($"{source.Name}: no session of the data has the units of {(source.Files.Count == 1 ? "this network" : "one of these networks")}");
        return results;
    }

    // Networks that take the same inputs share the data: opening them again would cost as much as predicting.
    private sealed class OpenedSessions(DataConfig data) : IDisposable
    {
        private readonly Dictionary<string, IReadOnlyList<SessionData>> _opened = [];

        public IReadOnlyList<SessionData> For(INetwork network)
        {
            InputSpec[] inputs = [.. network.Inputs.Select(static input => input with { Mean = [], Std = [] })];
            string key = string.Join(';', inputs.Select(static input => $"{input.Name} {input.Kind} {input.Channels} {input.Height} {input.Width} {string.Join(',', input.Variables)}"));
            if (!_opened.TryGetValue(key, out IReadOnlyList<SessionData>? sessions))
                _opened.Add(key, sessions = data.Open(inputs));
            return sessions;
        }

        public void Dispose()
        {
            foreach (SessionData session in _opened.Values.SelectMany(static sessions => sessions))
                session.Data.Dispose();
        }
    }
}
