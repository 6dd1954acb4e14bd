using LoopRig.Models;

namespace LoopRig.Training;

/// <summary>The networks of a run, one a session, that share their core.</summary>
internal sealed class SessionNetworks : IDisposable
{
    private readonly List<TrainingSession> _sessions = [];

    private SessionNetworks() { }

    /// <summary>Networks and data, in the order of the data's sessions.</summary>
    internal IReadOnlyList<TrainingSession> Sessions => _sessions;

    /// <summary>Beginnings of the names of parameters that were taken over and stay as they are.</summary>
    internal string[] Frozen { get; private set; } = [];

    /// <summary>What the data left out or altered, session by session.</summary>
    internal string[] Notes { get; private set; } = [];

    /// <summary>Whether they began with another network's weights and statistics.</summary>
    internal bool StartedFrom { get; private set; }

    /// <summary>Builds them.</summary>
    /// <param name="config">Recipe, transfer and seed.</param>
    /// <param name="data">The sessions; borrowed.</param>
    /// <param name="start">A network whose weights and statistics they begin with, where it is what the config asks for; null: none.</param>
    /// <exception cref="Core.NetworkException">What is taken over does not fit: every array is named.</exception>
    internal static SessionNetworks Create(TrainConfig config, IReadOnlyList<SessionData> data, INetwork? start = null)
    {
        var networks = new SessionNetworks();
        using INetwork? trained = config.Transfer is null ? null : NetworkFile.Load(config.Transfer.From);
        try
        {
            foreach (SessionData session in data)
                networks._sessions.Add(networks.Build(config, session, trained, start));
            networks.Frozen = networks.FrozenPrefixes(config);
            networks.Notes = [.. data.SelectMany(static session => session.Data.Notes.Select(note => $"{session.Name}: {note}"))];
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose()
    {
        foreach (TrainingSession session in _sessions)
            session.Network.Dispose();
    }

    private TrainingSession Build(TrainConfig config, SessionData session, INetwork? trained, INetwork? start)
    {
        // Statistics are over every bin to fit, whatever the window.
        int[] fit = session.Split(1).Fit;
        (float[] means, float[] deviations) = session.Data.ResponseStatistics(fit, session.DelayBins);
        NetworkSpec spec = config.Network.Spec(session.Data.WithStatistics(fit, config.Network), session.Data.UnitIds, session.DelayBins).WithResponses(means, deviations);
        // Each session draws from a seed of its own, so that another session before it does not change what it draws.
        int seed = StepRandom.OfSession(config.Seed, _sessions.Count);
        StartedFrom = start is not null && IsLike(start.Spec.WithResponses(means, deviations), spec);
        if (StartedFrom)
            spec = start!.Spec;
        ParameterSource[] sources = StartedFrom ? [new ParameterSource(start!.Weights, [""], Share: false)] : [.. Sources(config, trained)];
        ParameterSet weights = sources.Length > 0 ? ParameterSet.Grow(seed, sources) : config.Network.NewWeights(seed);
        INetwork network = NetworkFile.Build(spec, weights, config.Transfer?.From ?? $"session {session.Name}").MovedTo(config.Device);
        try
        {
            return new TrainingSession(session.Name, network, session.Data, session.Split(network.AnswersEveryFrame ? config.Training.SequenceFrames : network.WindowFrames));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // What sessions share comes from the first; what is taken over and each has for itself, from the trained network.
    private IEnumerable<ParameterSource> Sources(TrainConfig config, INetwork? trained)
    {
        if (_sessions.Count > 0 && config.Network.SharedPrefixes.Count > 0)
            yield return new ParameterSource(_sessions[0].Network.Weights, config.Network.SharedPrefixes, Share: true);
        if (trained is not null)
            yield return new ParameterSource(trained.Weights, Kept(config), Share: false);
    }

    // The same but for the statistics of inputs and responses, which a new session changes a little: weights go with those that they were trained with.
    private static bool IsLike(NetworkSpec a, NetworkSpec b) => WithoutStatistics(a).ToJson() == WithoutStatistics(b).ToJson();

    private static NetworkSpec WithoutStatistics(NetworkSpec spec) => spec with { Inputs = [.. spec.Inputs.Select(static input => input with { Mean = [], Std = [] })] };

    private static IReadOnlyList<string> Kept(TrainConfig config) => config.Transfer!.Keep ?? config.Network.CorePrefixes;

    private string[] FrozenPrefixes(TrainConfig config)
    {
        if (config.Transfer is not { } transfer)
            return [];
        string[] of = [.. Kept(config).Where(prefix => _sessions[0].Network.Parameters.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))];
        if (of.Length == 0)
            throw new TrainingException($"transfer.keep: no parameter's name begins with {string.Join(" or ", Kept(config))}, so nothing would be taken over from {transfer.From}");
        return transfer.Freeze ? of : [];
    }
}
