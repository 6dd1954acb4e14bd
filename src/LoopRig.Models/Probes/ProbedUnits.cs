namespace LoopRig.Models;

/// <summary>Which units a probe answers for.</summary>
/// <param name="Indices">Indices of units, in the order of <see cref="INetwork.UnitIds"/>.</param>
/// <param name="Each">Whether sample n of a batch is asked for the n-th of them alone; else every sample for all.</param>
public readonly record struct ProbedUnits(IReadOnlyList<int> Indices, bool Each)
{
    /// <summary>Every sample answers for all of the units.</summary>
    public static ProbedUnits All(IReadOnlyList<int> indices) => new(indices, false);

    /// <summary>Sample n answers for unit n alone.</summary>
    public static ProbedUnits OneEach(IReadOnlyList<int> indices) => new(indices, true);

    /// <summary>The units without repetition, and where each index is found among them.</summary>
    internal (int[] Distinct, long[] Places) Sort()
    {
        int[] distinct = [.. Indices.Distinct()];
        Dictionary<int, long> places = [];
        foreach (int unit in distinct)
            places.Add(unit, places.Count);
        return (distinct, [.. Indices.Select(unit => places[unit])]);
    }

    /// <summary>Checks that the network has them.</summary>
    /// <exception cref="Core.NetworkException">There are none, or a unit is not of the network.</exception>
    internal void Validate(int units)
    {
        if (Indices.Count == 0) throw new Core.NetworkException("no units are asked for");
        foreach (int unit in Indices)
            if (unit < 0 || unit >= units) throw new Core.NetworkException($"there is no unit {unit}: the network has {units}");
    }
}
