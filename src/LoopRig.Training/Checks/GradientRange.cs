using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// The gradients of one tensor over a few passes whose inputs differ by about a rounding. Nearly everywhere the range is a point; where a ReLU or the edge of
/// a pixel lies within a rounding of its kink, it spans what the gradient jumps by, and no value within is more right than another.
/// </summary>
internal sealed class GradientRange
{
    private const int Passes = 30;
    private const double Rounding = 2e-6; // relative, of what a warp and a convolution round

    private readonly float[] _least, _most;

    private GradientRange(float[] first) => (_least, _most) = (first, (float[])first.Clone());

    /// <summary>How far a value lies outside.</summary>
    internal double Distance(int i, double value) => value < _least[i] ? _least[i] - value : value > _most[i] ? value - _most[i] : double.IsNaN(value) ? double.NaN : 0;

    /// <summary>Whether the gradient is positive, or negative, all over.</summary>
    internal bool HasSign(int i) => _least[i] > 0 || _most[i] < 0;

    /// <summary>Makes the passes; parameters and buffers are as they were.</summary>
    internal static Dictionary<string, GradientRange> Of(TrainingGolden golden, TrainingContext context)
    {
        var ranges = new Dictionary<string, GradientRange>();
        using var buffers = new WeightsCopy(golden.Network.Weights.Buffers.Values);
        using var generator = new Generator(1);
        for (int pass = 0; pass < Passes; pass++)
        {
            using var scope = new Scope();
            Tensor[] windows = pass == 0 ? golden.Windows : Array.ConvertAll(golden.Windows, window => window * (1 + Rounding * Tensor.Randn(window.Shape, generator)));
            TrainingPass result = golden.Network.ForwardTraining(windows, context);
            Tensor counted = golden.BurnIn > 0 ? result.Responses.Narrow(1, golden.BurnIn, result.Responses.Size(1) - golden.BurnIn) : result.Responses;
            Tensor response = Loss.Of(golden.Network.Spec.Loss, counted, golden.Targets);
            (result.Penalty is null ? response : response + result.Penalty).Backward();
            foreach ((string name, Tensor parameter) in golden.Network.Parameters)
            {
                if (parameter.Grad is not { } gradient)
                    continue;
                float[] values = gradient.ToArray();
                if (!ranges.TryGetValue(name, out GradientRange? range))
                    ranges.Add(name, new GradientRange(values));
                else
                    range.Widen(values);
                parameter.Grad = null;
            }
            buffers.Restore();
        }
        return ranges;
    }

    private void Widen(float[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _least[i] = Math.Min(_least[i], values[i]);
            _most[i] = Math.Max(_most[i], values[i]);
        }
    }
}
