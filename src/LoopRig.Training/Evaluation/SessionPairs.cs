using LoopRig.Core;
using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>
/// Which network of a source predicts which session: the one that was trained on it (its file says so, or is named after it); else one whose units have the
/// session's names, which is noted, for numbered units have the same names in every animal.
/// </summary>
internal sealed class SessionPairs
{
    private readonly NetworkSource _source;
    private readonly DataPart _part;
    private readonly List<(LoadedNetwork Network, SessionData Session, int[] Lasts)> _all = [];
    private readonly List<string> _notes = [], _empty = [];

    private SessionPairs(NetworkSource source, DataPart part) => (_source, _part) = (source, part);

    /// <summary>The pairs.</summary>
    public IReadOnlyList<(LoadedNetwork Network, SessionData Session, int[] Lasts)> All => _all;

    /// <summary>What a reader must know of them: pairs by units alone, sessions without the part.</summary>
    public IReadOnlyList<string> Notes => [.. _notes, .. _empty];

    /// <summary>Finds them.</summary>
    /// <param name="source">Where the networks come from.</param>
    /// <param name="networks">They.</param>
    /// <param name="sessionsFor">The sessions with a network's inputs.</param>
    /// <param name="part">The part that is predicted.</param>
    /// <param name="window">Bins of the longest window.</param>
    /// <exception cref="NetworkException">Two networks claim a session.</exception>
    public static SessionPairs Of(NetworkSource source, IReadOnlyList<LoadedNetwork> networks, Func<INetwork, IReadOnlyList<SessionData>> sessionsFor, DataPart part, int window)
    {
        var pairs = new SessionPairs(source, part);
        var byUnits = new List<(LoadedNetwork Network, SessionData Session)>();
        HashSet<string> named = [];
        foreach (LoadedNetwork network in networks)
        {
            SessionData[] fitting = [.. sessionsFor(network.Network).Where(session => session.Data.UnitIds.SequenceEqual(network.Network.UnitIds))];
            SessionData? own = Array.Find(fitting, session => session.Name == network.TrainedOn) ?? Array.Find(fitting, session => session.Name == network.Name);
            if (own is not null && named.Add(own.Name))
                pairs.Add(network, own, window);
            else if (own is null && (networks.Count == 1 || fitting.Length == 1))
                byUnits.AddRange(fitting.Select(session => (network, session)));
        }
        byUnits.RemoveAll(pair => named.Contains(pair.Session.Name));
        if (byUnits.GroupBy(static pair => pair.Session.Name).FirstOrDefault(static claims => claims.Skip(1).Any()) is { } claims)
            throw new NetworkException($"{source.Name}: the networks {string.Join(" and ", claims.Select(static claim => claim.Network.Name))} have the units of session {claims.Key}, and none was trained on it: give the file of one");
        foreach ((LoadedNetwork network, SessionData session) in byUnits)
        {
            pairs._notes.Add($"{network.Name}{(network.TrainedOn is null ? "" : $", trained on {network.TrainedOn},")} meets session {session.Name} by the names of its units alone");
            pairs.Add(network, session, window);
        }
        return pairs;
    }

    /// <summary>Why there are none.</summary>
    public LoopRigException Fault() => _empty.Count > 0
        ? new EmptyPartException(string.Join("; ", _empty))
        : new NetworkException($"{_source.Name}: no session of the data has the units of {(_source.Files.Count == 1 ? "this network" : "one of these networks")}");

    /// <summary>Predicts and scores, by session.</summary>
    public Dictionary<string, EvaluationResult> Evaluate(CancellationToken stop)
    {
        var results = new Dictionary<string, EvaluationResult>();
        foreach ((LoadedNetwork network, SessionData session, int[] lasts) in _all)
        {
            stop.ThrowIfCancellationRequested();
            results[session.Name] = Evaluator.Evaluate(network.Network, session.Data, lasts, network.Frames, network.BurnIn);
        }
        return results;
    }

    private void Add(LoadedNetwork network, SessionData session, int window)
    {
        // The network may predict another bin than the data's own config asks for, and that one is to lie in the part.
        int[] lasts = (session with { DelayBins = network.Network.Spec.OutputDelayBins }).Windows(_part, window);
        string part = _part.ToString().ToLowerInvariant();
        if (lasts.Length > 0)
            _all.Add((network, session, lasts));
        else
            _empty.Add(session.Parts.Contains(_part) ? $"session {session.Name}: no window of {window} bins fits into its {part} part" : $"session {session.Name} has no {part} part: its data need a split that gives one");
    }
}
