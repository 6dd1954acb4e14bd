using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>By a random order of the stimuli: the first share of it is the test, the next validates, the rest fits.</summary>
public sealed record RandomSplit : StimulusSplit
{
    /// <summary>Decides the order.</summary>
    public int Seed { get; init; }

    /// <summary>Share of the test.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Share of the validation.</summary>
    public double ValidationShare { get; init; } = 0.1;

    private protected override DataPart[] Assign(ReadOnlySpan<int> identity)
    {
        if (!(TestShare > 0) || !(ValidationShare > 0) || !(TestShare + ValidationShare < 1))
            throw new LoopRigException($"split: shares of {TestShare} for the test and {ValidationShare} for validation are not two parts of a whole");
        int[] order = [.. identity.ToArray().Distinct()];
        new Random(Seed).Shuffle(order);
        int test = Math.Max(1, (int)Math.Round(order.Length * TestShare)), validation = Math.Max(1, (int)Math.Round(order.Length * ValidationShare));
        var parts = new DataPart[identity.Length];
        for (int at = 0; at < order.Length; at++)
            parts[order[at]] = at < test ? DataPart.Test : at < test + validation ? DataPart.Validation : DataPart.Fit;
        for (int stimulus = 0; stimulus < parts.Length; stimulus++)
            parts[stimulus] = parts[identity[stimulus]];
        return parts;
    }
}
