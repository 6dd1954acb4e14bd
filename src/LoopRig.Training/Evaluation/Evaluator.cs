using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Compares a network with held-out activity as Xu et al. 2023 do: Pearson per unit over the concatenated test segments, single bins and after a boxcar of
/// int(2000 / 48) = 41 bins with zero padding, segment joins not handled.
/// </summary>
public sealed class Evaluator(INetwork network, Dataset data)
{
    private const long BoxcarNs = 2 * RigClock.SecondNs;
    private const int BatchSize = 256;

    /// <summary>Scores the network on windows.</summary>
    /// <param name="lasts">Last bins of the windows, as a <see cref="DataSplit"/> gives them.</param>
    /// <param name="seed">Of the shuffles.</param>
    public EvaluationResult Run(int[] lasts, int seed = 0)
    {
        var shuffled = (int[])lasts.Clone();
        new Random(seed).Shuffle(shuffled);
        float[][] recorded = ByUnit(data.TryReadActivity, lasts);
        return new EvaluationResult(
            data.UnitIds,
            lasts.Length,
            Score(Predict(lasts, lasts), recorded),
            Score(Predict(shuffled, lasts), recorded),
            Score(Predict(lasts, shuffled), recorded),
            data.HasExpected ? Score(ByUnit(data.TryReadExpected, lasts), recorded) : null);
    }

    /// <summary>Predictions [U][windows], with images and all other inputs of the windows given.</summary>
    /// <param name="imageLasts">Last bins of the image windows.</param>
    /// <param name="otherLasts">Last bins of the windows of every other input.</param>
    public float[][] Predict(int[] imageLasts, int[] otherLasts)
    {
        float[][] predictions = Empty(otherLasts.Length);
        using var noGraph = new NoGrad();
        for (int start = 0; start < otherLasts.Length; start += BatchSize)
        {
            using var scope = new Scope();
            int count = Math.Min(BatchSize, otherLasts.Length - start);
            var windows = new Tensor[network.Inputs.Count];
            for (int input = 0; input < windows.Length; input++)
            {
                int[] lasts = network.Inputs[input].Kind == InputKind.Image ? imageLasts : otherLasts;
                windows[input] = data.Windows(input, network.Inputs[input], lasts.AsSpan(start, count), network.WindowFrames);
            }
            float[] response = network.Forward(windows, training: false).ToArray();
            for (int at = 0; at < response.Length; at++)
                predictions[at % data.UnitIds.Length][start + at / data.UnitIds.Length] = response[at];
        }
        return predictions;
    }

    /// <summary>Correlations of two sets of series [U][bins].</summary>
    internal UnitScores Score(float[][] predicted, float[][] recorded)
    {
        int boxcar = Correlation.BoxcarBins(BoxcarNs, data.BinNs);
        var single = new double[predicted.Length];
        var smooth = new double[predicted.Length];
        for (int unit = 0; unit < predicted.Length; unit++)
        {
            single[unit] = Correlation.Pearson(predicted[unit], recorded[unit]);
            smooth[unit] = Correlation.Pearson(Smooth(predicted[unit], boxcar), Smooth(recorded[unit], boxcar));
        }
        return new UnitScores(single, smooth);
    }

    private static float[] Smooth(float[] series, int bins)
    {
        var smooth = new float[series.Length];
        Correlation.Boxcar(series, Math.Min(bins, series.Length), smooth);
        return smooth;
    }

    private delegate bool BinReader(int bin, Span<float> destination);

    private float[][] ByUnit(BinReader read, int[] lasts)
    {
        float[][] series = Empty(lasts.Length);
        var values = new float[series.Length];
        for (int row = 0; row < lasts.Length; row++)
        {
            int bin = lasts[row] + network.Spec.OutputDelayBins;
            if (!read(bin, values))
                throw new LoopRigException($"the activity of bin {bin} is missing");
            for (int unit = 0; unit < series.Length; unit++)
                series[unit][row] = values[unit];
        }
        return series;
    }

    private float[][] Empty(int bins) => [.. data.UnitIds.Select(_ => new float[bins])];
}
