using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>By a stimulus' number, from 0, modulo a period.</summary>
public sealed record ModuloSplit : StimulusSplit
{
    /// <summary>The period.</summary>
    public int Period { get; init; } = 5;

    /// <summary>Remainders that are for the test.</summary>
    public int[] Test { get; init; } = [0];

    /// <summary>Remainders that are for validation; all others fit.</summary>
    public int[] Validation { get; init; } = [1];

    private protected override DataPart[] Assign(ReadOnlySpan<int> identity)
    {
        if (Period < 1) throw new LoopRigException($"split: a period of {Period} cannot be");
        if (Test.Concat(Validation).FirstOrDefault(remainder => remainder < 0 || remainder >= Period, -1) is var outside and not -1)
            throw new LoopRigException($"split: modulo {Period} is never {outside}");
        if (Test.Intersect(Validation).Any()) throw new LoopRigException("split: test and validation share a remainder");
        var parts = new DataPart[identity.Length];
        for (int stimulus = 0; stimulus < parts.Length; stimulus++)
        {
            int remainder = stimulus % Period;
            parts[stimulus] = Array.IndexOf(Test, remainder) >= 0 ? DataPart.Test : Array.IndexOf(Validation, remainder) >= 0 ? DataPart.Validation : DataPart.Fit;
        }
        return parts;
    }
}
