using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using Xunit;

namespace LoopRig.Training.Tests;

public sealed class XuDataTests
{
    private const int Units = 5, Height = 6, Width = 8;
    private static readonly string[] s_fields = ["speed", "pitch", "roll", "phi", "th", "eyerad"];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Open_AnyWindow_SharesNothingBetweenParts(int window)
    {
        using TempFolder folder = Mouse();
        using Dataset data = Open(folder, out SessionData session);
        LeakAssert.NothingShared(session, window);
        Assert.All(session.Split(window).Test, last => Assert.StartsWith("test", data.Trials.Last(trial => trial.First <= last).Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_OfThePublishedLength_HasThePublishedValidationWindows()
    {
        // Mouse 1: 3767 bins a training file make 3012 + 754 windows of one frame; the last one that fits would share a bin with the validation.
        using TempFolder folder = Mouse(trainBins: 3767);
        using Dataset data = Open(folder, out SessionData session);
        DataSplit split = session.Split(1);
        Assert.Equal(2 * 754, split.Validation.Length);
        Assert.Equal(2 * 3011, split.Fit.Length);
    }

    [Fact]
    public void Windows_OfAFile_AreScaledFromItsLeastToItsGreatestValue()
    {
        using TempFolder folder = Mouse();
        using Dataset data = Open(folder, out _);
        using var scope = new Scope();
        foreach (DataTrial file in data.Trials)
        {
            float[] pixels = data.Windows(0, data.Inputs[0], [file.First + file.Bins - 1], file.Bins).ToArray();
            Assert.Equal(0, pixels.Min(), 1e-6);
            Assert.Equal(1, pixels.Max(), 1e-6);
        }
        using var video = new NpyFile(folder.Of("m1", "test_vid_mean_seg_1.npy"));
        double[] raw = video.ReadDoubles();
        DataTrial last = data.Trials[^1];
        float[] frame = data.Windows(0, data.Inputs[0], [last.First + 3], 1).ToArray();
        for (int pixel = 0; pixel < frame.Length; pixel++)
            Assert.Equal((raw[3 * frame.Length + pixel] - raw.Min()) / (raw.Max() - raw.Min()), frame[pixel], 1e-5);
    }

    [Fact]
    public void Windows_OfBehaviour_TakeNanForZeroAndTheFirstDifferenceFromZero()
    {
        using TempFolder folder = Mouse();
        folder.Write([2f, float.NaN, 5f, .. new float[12]], [15], "m1", "test_speed_seg_0.npy");
        using Dataset data = Open(folder, out _, XuSpec.InputsFor(["speed", "speed'", "speed*speed'", "th"], height: Height, width: Width));
        int first = data.Trials[1].First;
        using var scope = new Scope();
        float[] values = data.Windows(1, data.Inputs[1], [first, first + 1, first + 2], 1).ToArray();
        Assert.Equal([2, 2, 4], values[..3]);
        Assert.Equal([0, -2, 0], values[4..7]);
        Assert.Equal([5, 5, 25], values[8..11]);
    }

    [Fact]
    public void Targets_AreTheCountsOneBinLater()
    {
        using TempFolder folder = Mouse();
        using Dataset data = Open(folder, out SessionData session);
        using var counts = new NpyFile(folder.Of("m1", "train_nsp_seg_1.npy"));
        var expected = new double[Units];
        counts.ReadRow(8, expected);
        using var scope = new Scope();
        Assert.Equal(expected.Select(static value => (float)value), data.Targets([data.Trials[2].First + 7], session.DelayBins).ToArray());
        Assert.DoesNotContain(data.Trials[2].First + data.Trials[2].Bins - 1, session.Split(1).Validation);
    }

    [Fact]
    public void Open_WithDroppedUnits_KeepsTheOthersUnderTheirNumbers()
    {
        using TempFolder folder = Mouse();
        var config = new XuConfig { Folder = folder.Path, DroppedUnits = new() { ["m1"] = [0, 3] } };
        using Dataset data = config.Open(XuSpec.InputsFor([], false, Height, Width))[0].Data;
        Assert.Equal(["1", "2", "4"], data.UnitIds);
        using var counts = new NpyFile(folder.Of("m1", "train_nsp_seg_0.npy"));
        using var scope = new Scope();
        float[] row = data.Targets([0], 1).ToArray();
        var all = new double[Units];
        counts.ReadRow(1, all);
        Assert.Equal([(float)all[1], (float)all[2], (float)all[4]], row);
    }

    [Fact]
    public void Open_APublishedMouse_LeavesItsPublishedUnitsOut()
    {
        using TempFolder folder = Mouse(name: "110421_J569LT", units: 52);
        using Dataset data = new XuConfig { Folder = folder.Path }.Open(XuSpec.InputsFor([], false, Height, Width))[0].Data;
        Assert.Equal(32, data.UnitIds.Length);
        Assert.Contains("20 of 52 units", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFieldOfAnotherLength_NamesTheFile()
    {
        using TempFolder folder = Mouse();
        folder.Write(new float[14], [14], "m1", "test_phi_seg_1.npy");
        Assert.Contains("test_phi_seg_1.npy", Assert.Throws<DataFileException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnInfiniteResponse_NamesFileBinAndUnit()
    {
        using TempFolder folder = Mouse();
        var counts = new float[15 * 5];
        counts[7 * 5 + 3] = float.PositiveInfinity;
        folder.Write(counts, [15, 5], "m1", "test_nsp_seg_1.npy");
        string message = Assert.Throws<DataFileException>(() => Open(folder, out _)).Message;
        Assert.Contains("test_nsp_seg_1.npy", message, StringComparison.Ordinal);
        Assert.Contains("unit 3 in bin 7 is infinite", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFileOfOtherUnits_NamesTheFile()
    {
        using TempFolder folder = Mouse();
        folder.Write(new int[15 * 4], [15, 4], "m1", "test_nsp_seg_1.npy");
        string message = Assert.Throws<DataFileException>(() => Open(folder, out _)).Message;
        Assert.Contains("test_nsp_seg_1.npy", message, StringComparison.Ordinal);
        Assert.Contains("(any, 5)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AMissingSegment_NamesTheFile()
    {
        using TempFolder folder = Mouse();
        File.Move(folder.Of("m1", "train_nsp_seg_1.npy"), folder.Of("m1", "train_nsp_seg_2.npy"));
        Assert.Contains("train_nsp_seg_1.npy: no such file", Assert.Throws<DataFileException>(() => Open(folder, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ATruncatedVideo_NamesTheFile()
    {
        using TempFolder folder = Mouse();
        using (FileStream file = File.OpenWrite(folder.Of("m1", "test_vid_mean_seg_0.npy")))
            file.SetLength(file.Length - 100);
        string message = Assert.Throws<DataFileException>(() => Open(folder, out _)).Message;
        Assert.Contains("test_vid_mean_seg_0.npy", message, StringComparison.Ordinal);
        Assert.Contains("cut short", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AVariableThatIsNotThere_NamesIt()
    {
        using TempFolder folder = Mouse();
        string message = Assert.Throws<NetworkException>(() => Open(folder, out _, XuSpec.InputsFor(["whisking"], height: Height, width: Width))).Message;
        Assert.Contains("'whisking'; there are speed, pitch", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Offered_FeedsTheRecipe()
    {
        using TempFolder folder = Mouse();
        var config = new XuConfig { Folder = folder.Path };
        InputSpec[] inputs = new XuRecipe { Height = Height, Width = Width }.Inputs(config.Offered());
        using Dataset data = config.Open(inputs)[0].Data;
        Assert.Equal([48, 66, 4], data.Inputs.Select(static input => input.Length));
        using var scope = new Scope();
        Assert.Equal([2, 3, 66], data.Windows(1, data.Inputs[1], [5, 9], 3).Shape);
    }

    private static Dataset Open(TempFolder folder, out SessionData session, InputSpec[]? inputs = null)
    {
        session = Assert.Single(new XuConfig { Folder = folder.Path }.Open(inputs ?? XuSpec.InputsFor(["speed"], height: Height, width: Width)));
        return session.Data;
    }

    internal static TempFolder Mouse(int trainBins = 35, int testBins = 15, string name = "m1", int units = Units)
    {
        var folder = new TempFolder();
        var random = new Random(9);
        for (int segment = 0; segment < 2; segment++)
        {
            foreach ((string part, int bins) in new[] { ("train", trainBins), ("test", testBins) })
            {
                int[] counts = [.. Enumerable.Range(0, bins * units).Select(_ => random.Next(6))];
                folder.Write(counts, [bins, units], name, $"{part}_nsp_seg_{segment}.npy");
                double[] video = [.. Enumerable.Range(0, bins * Height * Width).Select(_ => 3 + 40 * (segment + 1) * random.NextDouble())];
                folder.Write(video, [bins, Height, Width], name, $"{part}_vid_mean_seg_{segment}.npy");
                foreach (string field in s_fields)
                    folder.Write(Enumerable.Range(0, bins).Select(_ => random.NextSingle()).ToArray(), [bins], name, $"{part}_{field}_seg_{segment}.npy");
            }
        }
        return folder;
    }
}
