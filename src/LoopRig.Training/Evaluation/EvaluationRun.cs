using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>Networks from files against data from a config: pairs them with sessions, predicts one part of the data, and compares.</summary>
public static class EvaluationRun
{
    /// <summary>Evaluates a network, or two on the same bins.</summary>
    /// <param name="first">The network.</param>
    /// <param name="second">What it is compared with; null: nothing.</param>
    /// <param name="data">Whose bins are predicted.</param>
    /// <param name="part">Which part of them; an opening of the test part is logged in the runs' folders.</param>
    /// <param name="stop">Ends it between two sessions.</param>
    /// <exception cref="EmptyPartException">No session has such a part.</exception>
    /// <exception cref="LoopRigException">A file cannot be read, or no network fits a session.</exception>
    public static Evaluation Execute(NetworkSource first, NetworkSource? second, DataConfig data, DataPart part = DataPart.Test, CancellationToken stop = default)
    {
        (Evaluation own, IReadOnlyList<Evaluation> against) = Compare(first, second is null ? [] : [second], data, part, stop);
        if (second is null)
            return own;
        return against[0].Sessions.Count > 0
            ? against[0]
            : throw new LoopRigException($"{first.Name} and {second.Name} have no session in common: {string.Join(" ", own.Notes.Concat(against[0].Notes).Prepend($"{first.Name} predicts {string.Join(", ", own.Sessions.Select(static session => session.Name))}."))}");
    }

    /// <summary>Evaluates a network alone, once, and against each of others on the bins that both answer for.</summary>
    /// <returns>The network alone; and one comparison an other, without sessions where they have none in common.</returns>
    internal static (Evaluation Own, IReadOnlyList<Evaluation> Against) Compare(NetworkSource first, IReadOnlyList<NetworkSource> others, DataConfig data, DataPart part, CancellationToken stop)
    {
        using var sessions = new OpenedSessions(data);
        using var networks = new LoadedNetworks([first, .. others]);
        SessionPairs[] pairs = [.. networks.Sources.Select(source => SessionPairs.Of(source.Source, source.Networks, sessions.For, part, networks.LongestWindow))];
        if (pairs[0].All.Count == 0)
            throw pairs[0].Fault();
        if (part == DataPart.Test)
        {
            first.NoteOpening(others);
            foreach (NetworkSource other in others)
                other.NoteOpening([first]);
        }
        Dictionary<string, EvaluationResult>[] results = [.. pairs.Select(source => source.Evaluate(stop))];
        TrainingCurve? curve = first.Curve();
        var own = new Evaluation(first.Name, null, [.. results[0].Select(static result => new EvaluatedSession(result.Key, result.Value, null))], curve is null ? [] : [curve]) { Part = part, Notes = pairs[0].Notes };
        Evaluation[] against =
        [
            .. others.Select((other, at) => new Evaluation(
                first.Name, other.Name, [.. Both(results[0], results[at + 1])], [.. ((TrainingCurve?[])[curve, other.Curve()]).OfType<TrainingCurve>()])
            {
                Part = part,
                Notes = [.. pairs[0].Notes.Concat(pairs[at + 1].Notes).Distinct()],
            }),
        ];
        return (own, against);
    }

    // A network of windows and one that answers every frame, or two with other burn-ins, differ in where they can begin.
    private static IEnumerable<EvaluatedSession> Both(Dictionary<string, EvaluationResult> first, Dictionary<string, EvaluationResult> second)
    {
        foreach ((string name, EvaluationResult result) in first)
        {
            if (!second.TryGetValue(name, out EvaluationResult? other))
                continue;
            int[] common = [.. result.Predictions.Places.Intersect(other.Predictions.Places)];
            if (common.Length == 0)
                throw new LoopRigException($"session {name}: the two networks answer for no bin in common");
            yield return new EvaluatedSession(name, result.At(common), other.At(common));
        }
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

    private sealed class LoadedNetworks : IDisposable
    {
        private readonly List<(NetworkSource Source, List<LoadedNetwork> Networks)> _sources = [];

        public LoadedNetworks(IEnumerable<NetworkSource> sources)
        {
            try
            {
                foreach (NetworkSource source in sources)
                {
                    _sources.Add((source, []));
                    foreach (string file in source.Files)
                        _sources[^1].Networks.Add(source.Load(file));
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public IReadOnlyList<(NetworkSource Source, List<LoadedNetwork> Networks)> Sources => _sources;

        // All answer for the same bins, which the one with the longest window decides.
        public int LongestWindow => _sources.Max(static source => source.Networks.Max(static network => network.Frames));

        public void Dispose()
        {
            foreach (LoadedNetwork network in _sources.SelectMany(static source => source.Networks))
                network.Network.Dispose();
        }
    }
}
