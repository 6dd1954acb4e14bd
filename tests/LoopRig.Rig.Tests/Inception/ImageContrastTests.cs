using LoopRig.Core;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class ImageContrastTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Match_OfAnyPicture_HasTheGrayMeanAndTheContrastWithinTheScreensRange(double contrast)
    {
        var random = new SeededRandom(1, "picture");
        float[] image = [.. Enumerable.Range(0, 36 * 64).Select(_ => (float)(5 + Math.Exp(random.Normal())))];
        var matched = ImageContrast.Match(image, contrast);
        var (mean, deviation) = ImageContrast.Moments(matched);
        Assert.Equal(128.0 / 255, mean, 1e-3);
        Assert.Equal(contrast, deviation, 1e-3 * contrast);
        Assert.All(matched, static pixel => Assert.InRange(pixel, 0f, 1f));
        // Brighter stays brighter.
        Assert.True(matched[Array.IndexOf(image, image.Max())] >= matched[Array.IndexOf(image, image.Min())]);
    }

    [Fact]
    public void Match_OfAFlatPicture_IsGray() => Assert.All(ImageContrast.Match(new float[100], 0.1), static pixel => Assert.Equal(128f / 255, pixel));

    [Fact]
    public void Match_OfASmallPatch_GoesToBlackAndWhiteAndNoFurther()
    {
        var image = new float[36 * 64];
        (image[0], image[1]) = (1, -1);
        var matched = ImageContrast.Match(image, 0.1);
        Assert.Equal(1f, matched[0], 0.01f);
        Assert.Equal(0f, matched[1], 0.01f);
    }

    [Fact]
    public void ToBytes_OfGray_Is128() => Assert.Equal([(byte)128, (byte)0, (byte)255], ImageContrast.ToBytes([(float)ImageContrast.Gray, -0.2f, 1.2f]));
}
