using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>Both sides must compute the same before their times may be compared.</summary>
internal static class Agreement
{
    private const double Tolerance = 1e-4;

    /// <summary>The largest |a - b| / (1 + |b|).</summary>
    /// <exception cref="LoopRigException">It exceeds 1e-4: one of the sides is wrong.</exception>
    public static double Check(string what, ReadOnlySpan<float> ours, ReadOnlySpan<float> reference)
    {
        if (ours.Length != reference.Length)
        {
            throw new LoopRigException($"{what}: {ours.Length} outputs against the reference's {reference.Length}");
        }
        var largest = 0.0;
        for (var i = 0; i < ours.Length; i++)
        {
            var error = Math.Abs((double)ours[i] - reference[i]) / (1 + Math.Abs(reference[i]));
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }
        return largest <= Tolerance ? largest : throw new LoopRigException($"{what}: the outputs differ from PyTorch's by {largest:0.0e+0}, more than {Tolerance:0e+0}");
    }
}
