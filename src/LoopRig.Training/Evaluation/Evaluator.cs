using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Predicts held-out activity and scores it. Correlations are over the concatenated test segments as Xu et al. 2023 take them: single bins, and after a boxcar of
/// int(2000 / 48) = 41 bins with zero padding, segment joins not handled.
/// </summary>
public sealed class Evaluator(INetwork network, Dataset data)
{
    private const int BatchSize = 256;
    private readonly int _units = data.UnitIds.Length;

    /// <summary>Scores a network on the windows whose last bins are given, as a <see cref="DataSplit"/> gives them.</summary>
    /// <param name="network">Any network; its units and inputs are those of the data.</param>
    /// <param name="data">The bins.</param>
    /// <param name="lasts">Last bins.</param>
    /// <param name="frames">Of a network that answers every frame: bins of a window. The bins of all windows are predicted, with the state carried through each stretch.</param>
    /// <param name="burnIn">Of such a network: bins at the begin of each stretch that are not scored.</param>
    /// <exception cref="NetworkException">The data have other units or inputs than the network.</exception>
    public static EvaluationResult Evaluate(INetwork network, Dataset data, int[] lasts, int frames = 1, int burnIn = 0)
    {
        if (!network.UnitIds.SequenceEqual(data.UnitIds))
            throw new NetworkException($"the network predicts {network.Units} units ({network.UnitIds[0]} ...), the data hold {data.UnitIds.Length} ({data.UnitIds[0]} ...)");
        if (InputSpec.Difference(network.Inputs, data.Inputs) is { } difference)
            throw new NetworkException(difference);
        var evaluator = new Evaluator(network, data);
        Predictions predictions = network.AnswersEveryFrame ? evaluator.Follow(lasts, frames, burnIn) : evaluator.Predict(lasts, lasts, lasts);
        return EvaluationResult.Of(predictions);
    }

    /// <summary>How much a network that answers windows rests on images, and on everything else.</summary>
    /// <param name="lasts">Last bins of the windows.</param>
    /// <param name="seed">Of the shuffles.</param>
    public ShuffleControl Shuffle(int[] lasts, int seed = 0)
    {
        var shuffled = (int[])lasts.Clone();
        new Random(seed).Shuffle(shuffled);
        return new ShuffleControl(
            UnitScores.Of(Predict(lasts, lasts, lasts)), UnitScores.Of(Predict(shuffled, lasts, lasts)), UnitScores.Of(Predict(lasts, shuffled, lasts)));
    }

    // Windows of images, windows of all other inputs, and windows whose activity is compared.
    private Predictions Predict(int[] imageLasts, int[] otherLasts, int[] lasts)
    {
        float[][] predicted = Empty(lasts.Length);
        using var noGraph = new NoGrad();
        for (int start = 0; start < lasts.Length; start += BatchSize)
        {
            using var scope = new Scope();
            int count = Math.Min(BatchSize, lasts.Length - start);
            var windows = new Tensor[network.Inputs.Count];
            for (int input = 0; input < windows.Length; input++)
            {
                int[] of = network.Inputs[input].Kind == InputKind.Image ? imageLasts : otherLasts;
                windows[input] = data.Windows(input, network.Inputs[input], of.AsSpan(start, count), network.WindowFrames).To(network.Weights.Device);
            }
            float[] response = network.Forward(windows, training: false).ToArray();
            for (int at = 0; at < response.Length; at++)
                predicted[at % _units][start + at / _units] = response[at];
        }
        return Compared(predicted, lasts);
    }

    private Predictions Follow(int[] lasts, int frames, int burnIn)
    {
        int[] bins = [.. lasts.SelectMany(last => Enumerable.Range(last - frames + 1, frames)).Distinct().Order()];
        var places = new List<int>();
        var responses = new List<float[]>();
        using var noGraph = new NoGrad();
        using var whole = new Scope();
        Tensor[] state = [];
        int run = 0;
        for (int at = 0; at < bins.Length; at++)
        {
            using var scope = new Scope();
            bool begins = at == 0 || bins[at] != bins[at - 1] + 1 || data.StartsStretch(bins[at]);
            if (begins)
            {
                foreach (Tensor tensor in state)
                    tensor.Dispose();
                (state, run) = ([.. network.InitialState(1).Select(scope.MoveToOuter)], 0);
            }
            Tensor[] inputs = [.. network.Inputs.Select((input, index) => data.Windows(index, input, [bins[at]], 1).Squeeze(1).To(network.Weights.Device))];
            (Tensor output, Tensor[] next) = network.Step(inputs, state);
            foreach (Tensor tensor in state)
                tensor.Dispose();
            state = [.. next.Select(scope.MoveToOuter)];
            if (++run <= burnIn)
                continue;
            places.Add(bins[at]);
            responses.Add(output.ToArray());
        }
        float[][] predicted = Empty(places.Count);
        for (int place = 0; place < places.Count; place++)
            for (int unit = 0; unit < _units; unit++)
                predicted[unit][place] = responses[place][unit];
        return Compared(predicted, [.. places]);
    }

    private Predictions Compared(float[][] predicted, int[] lasts)
    {
        int delay = network.Spec.OutputDelayBins;
        bool inTime = Array.Exists(lasts, last => data.IsSample(last, 2, delay));
        return new Predictions(
            data.UnitIds, data.BinNs, inTime, predicted, ByUnit(data.TryReadActivity, lasts), data.HasExpected ? ByUnit(data.TryReadExpected, lasts) : null,
            data.Repeats is { } repeats ? [.. lasts.Select(last => repeats[last + delay])] : null)
        {
            // Of the activity: networks of other delays are compared where they predict the same.
            Places = [.. lasts.Select(last => last + delay)],
        };
    }

    private delegate bool BinReader(int bin, Span<float> destination);

    private float[][] ByUnit(BinReader read, int[] lasts)
    {
        float[][] series = Empty(lasts.Length);
        var values = new float[series.Length];
        for (int row = 0; row < lasts.Length; row++)
        {
            if (data.After(lasts[row], network.Spec.OutputDelayBins) is not { } bin || !read(bin, values))
                Array.Fill(values, float.NaN);
            for (int unit = 0; unit < series.Length; unit++)
                series[unit][row] = values[unit];
        }
        return series;
    }

    private float[][] Empty(int places) => [.. data.UnitIds.Select(_ => new float[places])];
}
