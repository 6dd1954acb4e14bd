using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>Finds units of a network by their ids.</summary>
public static class UnitIndex
{
    /// <summary>The places of units among those of a network.</summary>
    /// <param name="units">The ids that are wanted; none: every unit.</param>
    /// <param name="known">The network's, in order.</param>
    /// <exception cref="NetworkException">One is not among them.</exception>
    public static int[] Find(IReadOnlyList<string> units, IReadOnlyList<string> known)
    {
        if (units.Count == 0)
        {
            return [.. Enumerable.Range(0, known.Count)];
        }
        var places = new Dictionary<string, int>();
        for (var i = 0; i < known.Count; i++)
        {
            places[known[i]] = i;
        }
        return [.. units.Select(unit => places.TryGetValue(unit, out var place) ? place
            : throw new NetworkException($"the network has no unit '{unit}'; it has {known.Count}, {(known.Count > 0 ? $"'{known[0]}' to '{known[^1]}'" : "without ids")}"))];
    }
}
