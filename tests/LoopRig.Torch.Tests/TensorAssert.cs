using Xunit;

namespace LoopRig.Torch.Tests;

internal static class TensorAssert
{
    // |a - b| / (1 + |a|) of each element.
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]) / (1 + Math.Abs(expected[i]));
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }
        Assert.True(worst <= tolerance, $"largest error {worst:g3} above {tolerance:g3}");
    }
}
