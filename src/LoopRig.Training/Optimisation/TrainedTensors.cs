using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>The parameters and buffers of all sessions' networks, each tensor once however many networks share it, as "SESSION/NAME" of the first that has it.</summary>
internal sealed class TrainedTensors
{
    /// <summary>Collects them.</summary>
    /// <param name="sessions">Name and network of each session.</param>
    /// <param name="freeze">Parameters whose names begin so are left out of <see cref="Trained"/>.</param>
    /// <exception cref="TrainingException">A prefix is of no parameter, or nothing is left to train.</exception>
    internal TrainedTensors(IEnumerable<(string Name, INetwork Network)> sessions, IReadOnlyList<string> freeze)
    {
        var seen = new HashSet<nint>();
        var trained = new List<TrainedParameter>();
        var all = new List<KeyValuePair<string, Tensor>>();
        var prefixes = new HashSet<string>(freeze);
        foreach ((string session, INetwork network) in sessions)
        {
            foreach ((string name, Tensor value) in network.Parameters)
            {
                string? prefix = freeze.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
                prefixes.Remove(prefix ?? "");
                if (!seen.Add(value.Address))
                    continue;
                all.Add(new($"{session}/{name}", value));
                if (prefix is null)
                    trained.Add(new TrainedParameter($"{session}/{name}", value, network.Weights.Traits[name]));
            }
            all.AddRange(network.Weights.Buffers.Where(buffer => seen.Add(buffer.Value.Address)).Select(buffer => KeyValuePair.Create($"{session}/{buffer.Key}", buffer.Value)));
        }
        if (prefixes.Count > 0)
            throw new TrainingException($"freeze: no parameter's name begins with {string.Join(" or ", prefixes.Select(static prefix => $"'{prefix}'"))}; the first are {string.Join(", ", all.Take(4).Select(static pair => pair.Key))}");
        if (trained.Count == 0)
            throw new TrainingException("freeze: every parameter is frozen, so nothing is left to train");
        (All, Trained) = (all, trained);
    }

    /// <summary>Everything that a checkpoint holds of the networks.</summary>
    internal IReadOnlyList<KeyValuePair<string, Tensor>> All { get; }

    /// <summary>What an optimiser moves.</summary>
    internal IReadOnlyList<TrainedParameter> Trained { get; }

    /// <summary>Whether operators on what is trained are recorded for gradients.</summary>
    internal void RequireGradients(bool require)
    {
        foreach (TrainedParameter parameter in Trained)
            parameter.Value.RequiresGrad = require;
    }
}
