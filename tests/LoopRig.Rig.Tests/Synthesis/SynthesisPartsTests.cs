using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Rig.Synthesis;

namespace LoopRig.Rig.Tests.Synthesis;

/// <summary>The parts of a synthesis that need no network.</summary>
public sealed class SynthesisPartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-synthesis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_Crops_ShareNoPictureAndHaveTheAspect()
    {
        for (var i = 0; i < 8; i++)
        {
            var picture = new Image(40, 40, 1);
            picture.Pixels.Fill((byte)(20 * (i % 6))); // two pictures stand twice
            Imaging.Write(Path.Combine(_folder, $"p{i}.png"), picture);
        }
        var crops = NaturalCrops.Load(_folder, 9, 16, seed: 3, TestContext.Current.CancellationToken);

        Assert.Equal(6, crops.Compared.Count + crops.Choosing.Count);
        Assert.Empty(crops.Compared.Select(static c => c[0]).Intersect(crops.Choosing.Select(static c => c[0])));
        Assert.All(crops.Compared, static crop => Assert.Equal(9 * 16, crop.Length));
        Assert.Contains("40 x 22 px", crops.Geometry, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AFolderWithoutPictures_IsABadArgument()
    {
        var error = Assert.Throws<RigConfigException>(() => NaturalCrops.Load(_folder, 9, 16, 0, TestContext.Current.CancellationToken));
        Assert.Equal("--images", error.Key);
    }

    [Fact]
    public void Bring_AnyImage_HasTheMeanTheContrastAndTheRange()
    {
        var shown = new Shown(new PixelUnits(0.45, 0.25, "test"), new Contrast(0, 0.8));
        var random = new SeededRandom(2, "image");
        float[] image = [.. Enumerable.Range(0, 600).Select(i => (float)(random.Normal() * (i % 100 < 20 ? 9 : 0.1)))]; // most of it in a few pixels, which are cut
        var brought = shown.Bring(image);
        var contrast = Contrast.Of(brought);
        Assert.Equal(0, contrast.Mean, 1e-3);
        Assert.Equal(0.8, contrast.Rms, 1e-3);
        Assert.All(brought, value => Assert.InRange(value, shown.Units.Black - 1e-5, shown.Units.White + 1e-5));
    }

    [Theory]
    [InlineData("a,c", new[] { 0, 2 })]
    [InlineData("1..3", new[] { 1, 2, 3 })]
    [InlineData("d, 0..1", new[] { 3, 0, 1 })]
    public void Units_OfAChoice_AreThePlaces(string text, int[] units) => Assert.Equal(units, new NeuronChoice(text, "n.pth", ["a", "b", "c", "d"]).Units);

    [Fact]
    public void Choice_ThatWasNotMade_IsOfAllOfASmallNetworkAndOfThoseWithAScore()
    {
        string[] ids = ["a", "b", "c", "d"];
        Assert.Equal(4, new NeuronChoice(null, "n.pth", ids).BestCount);
        Assert.Equal(32, new NeuronChoice(null, "n.pth", [.. Enumerable.Range(0, 40).Select(static i => $"u{i}")]).BestCount);
        Assert.Equal([3, 2], new NeuronChoice(null, "n.pth", ids).BestOf([double.NaN, double.NaN, 1, 5]));
        Assert.Throws<RigConfigException>(() => new NeuronChoice(null, "n.pth", ids).BestOf([double.NaN, double.NaN, double.NaN, double.NaN]));
    }

    [Theory]
    [InlineData("best:5")]
    [InlineData("best:0")]
    [InlineData("best:x")]
    [InlineData("e")]
    [InlineData("2..4")]
    [InlineData("3..2")]
    [InlineData("")]
    public void Choice_OfWhatIsNotThere_IsABadArgument(string text)
        => Assert.Equal("--neurons", Assert.Throws<RigConfigException>(() => new NeuronChoice(text, "n.pth", ["a", "b", "c", "d"])).Key);

    [Fact]
    public void BestOf_Scores_TakesTheHighestThatAreNumbers()
        => Assert.Equal([3, 0], new NeuronChoice("best:2", "n.pth", ["a", "b", "c", "d"]).BestOf([2, double.NaN, 1, 5]));

    [Fact]
    public void LowPass_Grating_LeavesHalfAtTheCutoff()
    {
        const int Side = 80;
        foreach (var (cycles, gain) in new[] { (0.05, 0.5), (0.0125, 1.0), (0.2, 0.004) })
        {
            float[] grating = [.. Enumerable.Range(0, Side * Side).Select(i => (float)Math.Cos(2 * Math.PI * cycles * (i % Side + 0.5)))]; // even about the mirrored edges
            var smooth = Butterworth.LowPass(grating, Side, Side, 0.05);
            Assert.Equal(gain, smooth[0] / grating[0], 0.01);
        }
    }

    [Fact]
    public void Apply_QuarterTurn_TurnsCounterClockwise()
    {
        // A bright pixel to the right of the centre goes above it.
        var image = new float[25];
        image[2 * 5 + 4] = 1;
        var turned = new ImageMotion(90, 1, 0, 0).Apply(image, 5, 5, 2, 2, 0);
        Assert.Equal(1, turned[0 * 5 + 2], 1e-5);
        Assert.Equal(1, turned.Sum(), 1e-5);
    }

    [Fact]
    public void HalfWidth_OfATriangle_IsHalfItsBase()
    {
        double[] at = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
        Assert.Equal(4, new ResponseCurve("x", "", at, [.. at.Select(static x => 4 - Math.Abs(x))]).HalfWidth(least: false), 1e-9);
        Assert.Equal(4, new ResponseCurve("x", "", at, [.. at.Select(static x => 1 + Math.Abs(x))]).HalfWidth(least: true), 1e-9);
        Assert.Equal(double.NaN, new ResponseCurve("x", "", at, [.. at.Select(static x => x == 0 ? double.PositiveInfinity : 1)]).HalfWidth(least: false));
    }

    [Fact]
    public void Contrast_OfASaturatingResponse_SaysWhere()
    {
        var (monotonic, highest, saturates) = new ResponseCurve("contrast", "", [0, 1, 2, 3], [0, 0.97, 1, 0.5]).Contrast(least: false);
        Assert.False(monotonic);
        Assert.Equal((2.0, 1.0), (highest, saturates));
        Assert.Equal((true, 3.0, 2.0), new ResponseCurve("contrast", "", [0, 1, 2, 3], [1, 0.4, 0.04, 0]).Contrast(least: true));
        Assert.Equal((false, double.NaN, double.NaN), new ResponseCurve("contrast", "", [0, 1], [0, double.NaN]).Contrast(least: false));
    }
}
