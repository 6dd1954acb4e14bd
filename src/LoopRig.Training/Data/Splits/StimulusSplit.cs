using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Which stimuli, images or trials, are for what. Repeats of one stimulus always stay together.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "by")]
[JsonDerivedType(typeof(ModuloSplit), "modulo")]
[JsonDerivedType(typeof(RandomSplit), "random")]
public abstract record StimulusSplit
{
    /// <summary>What each stimulus is for.</summary>
    /// <param name="count">How many there are, in their published order.</param>
    /// <exception cref="LoopRigException">The rule cannot be, or leaves a part empty.</exception>
    public DataPart[] Parts(int count)
    {
        DataPart[] parts = Assign(count);
        foreach (DataPart part in (ReadOnlySpan<DataPart>)[DataPart.Fit, DataPart.Validation, DataPart.Test])
        {
            if (!parts.Contains(part))
                throw new LoopRigException($"split: {count} {(count == 1 ? "stimulus leaves" : "stimuli leave")} none for {part.ToString().ToLowerInvariant()}; a fit, a validation and a test part need one each");
        }
        return parts;
    }

    /// <summary>
    /// The part of each of several presentations. What was shown under two numbers that fall into different parts belongs to the later part alone (test
    /// before validation before fit), and the other presentations of it are left out.
    /// </summary>
    /// <param name="parts">The part of each stimulus.</param>
    /// <param name="identity">Of each stimulus the first one that is the same.</param>
    /// <returns>The part of each stimulus without leaks, and how many were left out.</returns>
    internal static (DataPart[] Parts, int LeftOut) WithoutLeaks(DataPart[] parts, ReadOnlySpan<int> identity)
    {
        var latest = new DataPart[parts.Length];
        for (int stimulus = 0; stimulus < parts.Length; stimulus++)
            latest[identity[stimulus]] = (DataPart)Math.Max((byte)latest[identity[stimulus]], (byte)parts[stimulus]);
        var kept = new DataPart[parts.Length];
        int leftOut = 0;
        for (int stimulus = 0; stimulus < parts.Length; stimulus++)
        {
            bool keeps = parts[stimulus] == latest[identity[stimulus]];
            kept[stimulus] = keeps ? parts[stimulus] : DataPart.None;
            leftOut += keeps || parts[stimulus] == DataPart.None ? 0 : 1;
        }
        return (kept, leftOut);
    }

    /// <summary>Applies the rule.</summary>
    private protected abstract DataPart[] Assign(int count);
}
