using LoopRig.Core;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class DatasetTests
{
    [Fact]
    public void Windows_OfABin_HoldItsMeanFrameAndBehaviour()
    {
        ToyRig.Moment[] moments = ToyRig.Wander(40, 1);
        using Dataset data = ToyRig.Play(moments).Build();
        using var scope = new Scope();
        // The aligner begins with bin 1: it gives up the one in which it started.
        Tensor image = data.Windows(0, data.Inputs[0], [10, 20], 2), behaviour = data.Windows(1, data.Inputs[1], [10, 20], 2);
        Assert.Equal([2, 2, 1, ToyRig.Size, ToyRig.Size], image.Shape);
        Assert.Equal([2, 2, 2], behaviour.Shape);
        float[] pixels = image.ToArray(), speeds = behaviour.ToArray();
        int[] bins = [10, 11, 20, 21];
        for (int row = 0; row < 4; row++)
        {
            Assert.Equal(moments[bins[row]].Level / 255f, pixels[row * ToyRig.Size * ToyRig.Size], 1e-3);
            Assert.Equal(moments[bins[row]].Speed, speeds[2 * row], 1e-5);
            Assert.Equal(moments[bins[row]].Speed - moments[bins[row] - 1].Speed, speeds[2 * row + 1], 1e-5);
        }
    }

    [Fact]
    public void Windows_WithStatistics_AreNormalised()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(300, 1)).Build();
        int[] bins = [.. Enumerable.Range(0, data.Length)];
        InputSpec[] inputs = data.WithStatistics(bins);
        using var scope = new Scope();
        float[] pixels = data.Windows(0, inputs[0], bins, 1).ToArray();
        Assert.Equal(0, pixels.Average(), 1e-2);
        Assert.Equal(1, Math.Sqrt(pixels.Average(static pixel => (double)pixel * pixel)), 1e-2);
        Assert.Empty(inputs[1].Mean);
    }

    [Fact]
    public void WithStatistics_LooksAtNoBinButThoseThatFit()
    {
        ToyRig.Moment[] moments = ToyRig.Wander(300, 1), others = (ToyRig.Moment[])moments.Clone();
        using Dataset data = ToyRig.Play(moments).Build();
        int[] fit = DataSplit.Cut(data, 2, 1).Fit;
        // Row r is bin r + 1; a window of two reads the row before as well, but statistics are those of the rows named.
        for (int bin = 0; bin < others.Length; bin++)
        {
            if (Array.IndexOf(fit, bin - 1) < 0)
                others[bin] = new ToyRig.Moment(0, 1000);
        }
        using Dataset changed = ToyRig.Play(others).Build();
        Assert.Equal(data.WithStatistics(fit)[0].Mean, changed.WithStatistics(fit)[0].Mean);
        Assert.Equal(data.WithStatistics(fit)[0].Std, changed.WithStatistics(fit)[0].Std);
    }

    [Fact]
    public void Of_WithDifferencesAndNoDelay_LeavesTheWindowOutThatLooksBack()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(300, 1)).Build();     // its behaviour has a first difference
        DataPart[] parts = DataSplit.SegmentParts(data.Length, 1);
        int validation = Array.IndexOf(parts, DataPart.Validation);
        Assert.DoesNotContain(validation, DataSplit.Of(data, parts, 1, 0).Validation);
        Assert.Contains(validation + 1, DataSplit.Of(data, parts, 1, 0).Validation);
        Assert.Contains(validation, DataSplit.Of(data, parts, 1, 1).Validation);
    }

    [Fact]
    public void Targets_WithADelay_AreTheActivityOfTheLaterBin()
    {
        ToyRig.Moment[] moments = ToyRig.Wander(2000, 2);
        using Dataset data = ToyRig.Play(moments).Build();
        using var scope = new Scope();
        DataSplit split = DataSplit.Cut(data, 1, 1);
        float[] counts = data.Targets(split.Fit, 1).ToArray();
        float[] bright = [.. Enumerable.Range(0, split.Fit.Length).Select(row => counts[2 * row])];
        float[] level = [.. split.Fit.Select(last => (float)moments[last + 1].Level)];       // row r is bin r + 1
        Assert.True(Correlation.Pearson(bright, level) > 0.5);
    }

    [Fact]
    public void IsSample_AcrossAGapOrRestart_IsNot()
    {
        // Without frames for 12 bins the inputs are stale from half a second on; the restart cuts the past off at once.
        using Dataset data = ToyRig.Play(ToyRig.Wander(120, 3), skip: static bin => bin is >= 40 and < 60, newEpochAt: 90).Build();
        Assert.True(data.IsSample(20, 3, 1));
        Assert.DoesNotContain(Enumerable.Range(50, 9), last => data.IsSample(last, 1, 1));
        int restart = 89;       // row of bin 90
        Assert.True(data.IsSample(restart, 1, 1));
        Assert.False(data.IsSample(restart, 2, 1));
        Assert.False(data.IsSample(restart + 1, 3, 1));
        Assert.True(data.IsSample(restart + 1, 2, 1));
    }

    [Fact]
    public void IsSample_WithoutActivityAfterIt_IsNot()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(60, 3), silent: static bin => bin == 30).Build();
        Assert.False(data.IsSample(28, 1, 1));      // row 28 is bin 29
        Assert.True(data.IsSample(29, 1, 1));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    public void Cut_AnyWindow_SharesNoBinBetweenParts(int window, int delay)
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(1200, 4)).Build();
        DataSplit split = DataSplit.Cut(data, window, delay);
        HashSet<int> Touched(int[] lasts) => [.. lasts.SelectMany(last => Enumerable.Range(last - window + 1, window).Append(last + delay))];
        HashSet<int> fit = Touched(split.Fit), validation = Touched(split.Validation), test = Touched(split.Test);
        Assert.False(fit.Overlaps(validation) || fit.Overlaps(test) || validation.Overlaps(test));
        Assert.InRange(split.Test.Length / 1200.0, 0.25, 0.3);
        Assert.InRange(split.Fit.Length / 1200.0, 0.5, 0.56);
    }

    [Fact]
    public void Cut_TooFewBins_SaysHowMany()
    {
        using Dataset data = ToyRig.Play(ToyRig.Wander(12, 4)).Build();
        Assert.Contains("10 bins", Assert.Throws<LoopRigException>(() => DataSplit.Cut(data, 3, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Builder_WithoutTheActivityStream_NamesIt()
    {
        var error = Assert.Throws<LoopRigException>(() => new DatasetBuilder(ToyRig.Streams, ToyRig.Spec with { ActivityStream = "spikes" }));
        Assert.Contains("spikes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithoutActivity_Refuses()
        => Assert.Throws<LoopRigException>(() => ToyRig.Play(ToyRig.Wander(30, 4), silent: static _ => true).Build());
}
