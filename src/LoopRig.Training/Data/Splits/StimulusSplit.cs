using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Which stimuli, images or trials, are for what. Repeats of one stimulus always stay together.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "by")]
[JsonDerivedType(typeof(ModuloSplit), "modulo")]
[JsonDerivedType(typeof(RandomSplit), "random")]
public abstract record StimulusSplit
{
    /// <summary>What each stimulus is for, and how many are left out lest they leak.</summary>
    /// <param name="identity">Of each stimulus, in their published order, the first one that is the same: itself, unless it repeats.</param>
    /// <param name="what">What they are called in an error: "images of session 190925".</param>
    /// <exception cref="LoopRigException">The rule cannot be, or leaves a part empty.</exception>
    public (DataPart[] Parts, int LeftOut) Apply(ReadOnlySpan<int> identity, string what)
    {
        DataPart[] parts = Assign(identity);
        Require(parts, what, DataPart.Fit, DataPart.Validation, DataPart.Test);
        return WithoutLeaks(parts, identity);
    }

    /// <summary>
    /// What was shown twice and falls into different parts belongs to the later part alone (test before validation before fit); its other presentations are left
    /// out.
    /// </summary>
    internal static (DataPart[] Parts, int LeftOut) WithoutLeaks(ReadOnlySpan<DataPart> parts, ReadOnlySpan<int> identity)
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

    /// <summary>Refuses a split that leaves a part without a stimulus.</summary>
    internal static void Require(DataPart[] parts, string what, params ReadOnlySpan<DataPart> required)
    {
        foreach (DataPart part in required)
        {
            if (!parts.Contains(part))
                throw new LoopRigException($"{parts.Length} {what} cannot be split: none is left for {part.ToString().ToLowerInvariant()}");
        }
    }

    /// <summary>What each bin of trials is for.</summary>
    internal static DataPart[] OfBins(IReadOnlyList<DataTrial> trials, ReadOnlySpan<DataPart> parts)
    {
        var bins = new DataPart[trials.Count == 0 ? 0 : trials[^1].First + trials[^1].Bins];
        for (int trial = 0; trial < trials.Count; trial++)
            bins.AsSpan(trials[trial].First, trials[trial].Bins).Fill(parts[trial]);
        return bins;
    }

    /// <summary>Applies the rule.</summary>
    private protected abstract DataPart[] Assign(ReadOnlySpan<int> identity);
}
