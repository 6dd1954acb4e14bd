using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Predicted and recorded activity side by side. Letters: U units, n places (bins in order, or presentations of images).</summary>
/// <param name="UnitIds">Names of the units.</param>
/// <param name="BinNs">Length of a bin, ns.</param>
/// <param name="InTime">Whether places follow each other in time; false for sets of images.</param>
/// <param name="Predicted">[U][n].</param>
/// <param name="Recorded">[U][n]; NaN where it is missing.</param>
/// <param name="Expected">The true expected activity, [U][n]; null where nobody knows it.</param>
/// <param name="Repeats">[n] the number of the stimulus: places with the same number are repeats of it. Null where nothing is repeated.</param>
public sealed record Predictions(string[] UnitIds, long BinNs, bool InTime, float[][] Predicted, float[][] Recorded, float[][]? Expected = null, int[]? Repeats = null)
{
    /// <summary>Places n.</summary>
    public int Length => Recorded.Length == 0 ? 0 : Recorded[0].Length;

    /// <summary>[n] the bin of each place; empty where nobody asked.</summary>
    public int[] Places { get; init; } = [];

    /// <summary>The same at some places alone.</summary>
    /// <param name="bins">Some of <see cref="Places"/>, in their order.</param>
    public Predictions At(int[] bins)
    {
        int[] at = [.. bins.Select(bin => Array.BinarySearch(Places, bin))];
        float[][] Of(float[][] series) => [.. series.Select(values => Array.ConvertAll(at, place => values[place]))];
        return this with
        {
            Predicted = Of(Predicted),
            Recorded = Of(Recorded),
            Expected = Expected is null ? null : Of(Expected),
            Repeats = Repeats is null ? null : Array.ConvertAll(at, place => Repeats[place]),
            Places = bins,
        };
    }

    /// <summary>One unit's series by repeat, [T][J], NaN where a stimulus has fewer repeats than T.</summary>
    public (float[][] Predicted, float[][] Recorded) ByRepeat(int unit)
    {
        int[] numbers = Repeats ?? throw new LoopRigException("nothing was repeated");
        int[] stimuli = [.. numbers.Distinct()];
        var column = stimuli.Select(static (stimulus, at) => (stimulus, at)).ToDictionary(static pair => pair.stimulus, static pair => pair.at);
        var seen = new int[stimuli.Length];
        int most = numbers.CountBy(static number => number).Max(static pair => pair.Value);
        float[][] predicted = Missing(most, stimuli.Length), recorded = Missing(most, stimuli.Length);
        for (int place = 0; place < numbers.Length; place++)
        {
            int at = column[numbers[place]], repeat = seen[at]++;
            predicted[repeat][at] = Predicted[unit][place];
            recorded[repeat][at] = Recorded[unit][place];
        }
        return (predicted, recorded);
    }

    private static float[][] Missing(int rows, int columns)
    {
        var values = new float[rows][];
        for (int row = 0; row < rows; row++)
        {
            values[row] = new float[columns];
            Array.Fill(values[row], float.NaN);
        }
        return values;
    }
}
