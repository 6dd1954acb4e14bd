using LoopRig.Core;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class ShownAgainTests
{
    private static readonly DataPart[] s_parts = [.. Enumerable.Range(0, 30).Select(static bin => bin < 18 ? DataPart.Fit : bin < 24 ? DataPart.Validation : DataPart.Test)];

    // Three bins a picture, 0 is gray.
    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0)]
    [InlineData(new[] { 1, 0, 3, 0, 5, 0, 7, 0, 9, 0 }, 0)]
    [InlineData(new[] { 1, 2, 1, 0, 1, 6, 7, 8, 9, 10 }, 0)]    // again, in the same part
    [InlineData(new[] { 1, 2, 3, 4, 5, 5, 5, 5, 9, 10 }, 0)]    // one long presentation across two borders
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 2, 1, 1, 3 }, 3)]
    public void Pictures_ShownInSeveralParts_AreCounted(int[] shown, int expected)
    {
        var random = new Random(1);
        float[][] pictures = [[0.5f, 0.5f, 0.5f, 0.5f], .. Enumerable.Range(0, 10).Select(_ => (float[])[random.NextSingle(), random.NextSingle(), random.NextSingle(), random.NextSingle()])];
        using var data = new Dataset(new DatasetContent
        {
            Inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = 2, Width = 2 }],
            Values = [new FloatRows([.. Enumerable.Range(0, 30).Select(bin => pictures[shown[bin / 3]])], 4)],
            UnitIds = ["a"],
            Activity = new FloatRows([.. Enumerable.Range(0, 30).Select(static _ => (float[])[0])], 1),
            Known = [.. Enumerable.Repeat(true, 30)],
            BinNs = 48_000_000,
            Indices = [.. Enumerable.Range(0, 30).Select(static bin => (long)bin)],
            Unbroken = [.. Enumerable.Range(1, 30)],
        });
        Assert.Equal(expected, ShownAgain.Pictures(data, s_parts, 0));
    }
}
