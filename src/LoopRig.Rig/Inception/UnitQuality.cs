using LoopRig.Core;

namespace LoopRig.Rig.Inception;

/// <summary>How good one neuron is for the loop.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="Index">Its place among the network's units.</param>
/// <param name="Reliability">cc_max: how well its mean response over the repeats correlates with the true one.</param>
/// <param name="Prediction">cc_abs: correlation of the predicted with the mean recorded response over the repeated images, which the network was not trained on.</param>
/// <param name="Normalised">cc_norm: <paramref name="Prediction"/> over <paramref name="Reliability"/>.</param>
/// <param name="MeanRateHz">Its mean rate over the repeated images.</param>
/// <param name="Selected">Whether it was chosen.</param>
internal sealed record UnitQuality(string Unit, int Index, double Reliability, double Prediction, double Normalised, double MeanRateHz, bool Selected)
{
    /// <summary>Judges every unit by its responses to repeated images.</summary>
    /// <param name="unitIds">[U].</param>
    /// <param name="recorded">For each image its presentations, [images][repeats][U].</param>
    /// <param name="predicted">The network's response to each image, [images][U].</param>
    public static UnitQuality[] Of(string[] unitIds, IReadOnlyList<IReadOnlyList<float[]>> recorded, IReadOnlyList<float[]> predicted)
    {
        var repeats = recorded.Max(static image => image.Count);
        return
        [
            .. unitIds.Select((id, unit) =>
            {
                float[][] observed = [.. Enumerable.Range(0, repeats).Select(repeat => recorded.Select(image => repeat < image.Count ? image[repeat][unit] : float.NaN).ToArray())];
                float[][] expected = [.. Enumerable.Repeat(predicted.Select(image => image[unit]).ToArray(), repeats)];
                var (most, prediction) = (NoiseCeiling.CcMax(observed), NoiseCeiling.CcAbs(expected, observed));
                return new UnitQuality(id, unit, most, prediction, prediction / most, NoiseCeiling.MeanOverRepeats(observed).Average(), Selected: false);
            }),
        ];
    }

    /// <summary>Chooses, of the reliable ones, the best predicted.</summary>
    /// <param name="units">All.</param>
    /// <param name="count">How many.</param>
    /// <param name="leastReliability">From which reliability on a unit counts.</param>
    /// <returns>All, with the choice marked.</returns>
    /// <exception cref="LoopRigException">Fewer than two qualify.</exception>
    public static UnitQuality[] Select(UnitQuality[] units, int count, double leastReliability)
    {
        // A comparison with NaN is false: what cannot be judged does not qualify.
        var chosen = units.Where(u => u.Reliability >= leastReliability && u.Prediction > 0).OrderByDescending(static u => u.Prediction).Take(count).Select(static u => u.Index).ToHashSet();
        if (chosen.Count < 2)
        {
            throw new LoopRigException(FormattableString.Invariant(
                $"{chosen.Count} of {units.Length} neurons have a reliability of {leastReliability} and are predicted at all; the loop needs two. The best reliability is {units.Select(static u => u.Reliability).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max():F2}, the best prediction {units.Select(static u => u.Prediction).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max():F2}"));
        }
        return [.. units.Select(u => u with { Selected = chosen.Contains(u.Index) })];
    }
}
