using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>The losses that networks are trained on.</summary>
public static class Loss
{
    private const double Tiny = 1e-8;

    /// <summary>The mean loss over the elements whose target is known.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="prediction">[N, U] or [N, k, U]; positive for <see cref="ResponseLoss.Poisson"/>. One dimension more in front: several predictions of the one target.</param>
    /// <param name="target">The same shape; NaN where nothing was recorded.</param>
    /// <param name="complete">Whether no target is NaN: saves the masking.</param>
    /// <param name="scales">[U] by which errors are divided before they are squared; null: by nothing.</param>
    public static Tensor Of(ResponseLoss kind, Tensor prediction, Tensor target, bool complete = true, float[]? scales = null)
    {
        if (complete) return F.Mean(Elements(kind, prediction, target, scales));
        Tensor missing = F.IsNan(target), zero = Tensor.Zeros([1], ScalarType.Float32, target.Device);
        Tensor known = F.Where(missing, zero, zero + 1);
        Tensor elements = Elements(kind, prediction, F.Where(missing, zero, target), scales);
        double predictions = (double)elements.Elements / known.Elements;
        return F.Sum(elements * known) / (F.Clamp(F.Sum(known), 1, null) * predictions);
    }

    private static Tensor Elements(ResponseLoss kind, Tensor prediction, Tensor target, float[]? scales) => kind switch
    {
        // As Xu et al. 2023 write it; the foundation model's exp(r) - r y is the same but for the 1e-8.
        ResponseLoss.Poisson => prediction - target * F.Log(prediction + Tiny),
        _ => F.Square(scales is null ? prediction - target : (prediction - target) / Tensor.FromArray(scales, scales.Length).To(target.Device)),
    };
}
