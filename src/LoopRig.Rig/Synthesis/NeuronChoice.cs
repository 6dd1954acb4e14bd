using System.Globalization;
using LoopRig.Core;

namespace LoopRig.Rig.Synthesis;

/// <summary>Which neurons: <c>best:N</c>, ids separated by commas, or places <c>a..b</c> (both included, counted from 0); by default the best 32, or as many as there are.</summary>
internal sealed class NeuronChoice
{
    private const string Best = "best:";
    private const int BestByDefault = 32;
    private readonly bool _asked;
    private readonly string _text;
    private readonly string _network;
    private readonly IReadOnlyList<string> _ids;

    /// <summary>Reads a choice.</summary>
    /// <param name="text">As above; null: the default.</param>
    /// <param name="network">The network's file, for errors.</param>
    /// <param name="ids">The network's units.</param>
    /// <exception cref="RigConfigException">It chooses nothing, or what the network does not have.</exception>
    public NeuronChoice(string? text, string network, IReadOnlyList<string> ids)
    {
        _asked = text is not null;
        (_text, _network, _ids) = (text?.Trim() ?? FormattableString.Invariant($"{Best}{Math.Min(BestByDefault, ids.Count)}"), network, ids);
        if (_text.StartsWith(Best, StringComparison.Ordinal))
        {
            BestCount = int.TryParse(_text.AsSpan(Best.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
                ? count
                : throw Fault($"'{_text}': after best: comes how many, 1 or more");
            if (BestCount > ids.Count)
            {
                throw Fault($"'{_text}': the network has {ids.Count} neurons");
            }
            return;
        }
        Units = [.. _text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Places).Distinct()];
        if (Units.Length == 0)
        {
            throw Fault("names no neuron; it is best:N, ids such as 12,85, or places such as 0..31");
        }
    }

    /// <summary>How many of the best; 0: they are named.</summary>
    public int BestCount { get; }

    /// <summary>Places of the named neurons among the network's; empty: the best.</summary>
    public int[] Units { get; } = [];

    /// <summary>The best by a score, best first; those without a score are no choice.</summary>
    /// <exception cref="RigConfigException">Fewer have a score than were asked for, or none.</exception>
    public int[] BestOf(IReadOnlyList<double> scores)
    {
        var known = Enumerable.Range(0, scores.Count).Where(unit => double.IsFinite(scores[unit])).OrderByDescending(unit => scores[unit]).Take(BestCount).ToArray();
        return known.Length == BestCount || !_asked && known.Length > 0 ? known : throw Fault($"'{_text}': only {known.Length} neurons have a score");
    }

    private IEnumerable<int> Places(string part)
    {
        // An id is taken as it is before it is read as a range.
        for (var unit = 0; unit < _ids.Count; unit++)
        {
            if (_ids[unit] == part)
            {
                return [unit];
            }
        }
        var dots = part.IndexOf("..", StringComparison.Ordinal);
        if (dots > 0 && int.TryParse(part.AsSpan(0, dots), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(part.AsSpan(dots + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            return first <= last && last < _ids.Count ? Enumerable.Range(first, last - first + 1) : throw Fault($"'{part}': places run from 0 to {_ids.Count - 1}, the first before the last");
        }
        throw Fault($"'{part}' is no neuron of the network, whose {_ids.Count} are called {_ids[0]} ... {_ids[^1]}");
    }

    private RigConfigException Fault(string message) => new(_network, "--neurons", message);
}
