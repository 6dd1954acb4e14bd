using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>From responses of units to what a target makes of them.</summary>
internal static class UnitSums
{
    /// <summary>Every unit that targets name, once.</summary>
    internal static int[] Of(IEnumerable<SynthesisTarget> targets)
        => [.. targets.SelectMany(static target => target.Units.Concat(target.Contrast.SelectMany(static cluster => cluster))).Select(static unit => unit.Unit).Distinct()];

    /// <summary>Responses [S, F, K] of the units named to what is to be driven, [S, F].</summary>
    internal static Tensor Driven(Tensor responses, SynthesisTarget target, int[] units)
    {
        Tensor own = Sum(responses, target.Units, units);
        if (target.Contrast.Count == 0) return own;
        Tensor others = F.Stack([.. target.Contrast.Select(cluster => Sum(responses, cluster, units))]); // [clusters, S, F]
        if (target.ContrastTemperature is not { } temperature) return own - F.Mean(others, [0]);
        Tensor all = F.Cat([own.Unsqueeze(0), others]) * (1 / temperature);
        Tensor most = F.AMax(all.Detach(), [0], keepDimensions: true); // so that no exponential overflows
        return own - temperature * (F.Log(F.Mean(F.Exp(all - most), [0])) + most.Squeeze(0));
    }

    /// <summary>Weighted sum of responses [S, F, K], [S, F].</summary>
    internal static Tensor Sum(Tensor responses, IReadOnlyList<UnitWeight> weights, int[] units)
    {
        // Others stay out altogether: zero times a response that overflowed would be no number.
        Tensor own = responses.IndexSelect(2, Tensor.FromArray<long>([.. weights.Select(unit => (long)Array.IndexOf(units, unit.Unit))]).To(responses.Device));
        return F.MatMul(own, Tensor.FromArray([.. weights.Select(static unit => (float)unit.Weight)]).To(responses.Device));
    }

    /// <summary>What is driven, [S, F], to scores [S].</summary>
    internal static Tensor Score(Tensor driven, bool least, SynthesisPreset preset)
    {
        const double Tiny = 1e-6; // a response of zero has no inverse
        if (preset.Score == ScoreKind.InversePower) return -F.Mean(F.Pow(F.Clamp(driven, Tiny, null), least ? preset.Temperature : -preset.Temperature), [1]);
        Tensor mean = F.Mean(driven, [1]);
        return least ? -mean : mean;
    }
}
