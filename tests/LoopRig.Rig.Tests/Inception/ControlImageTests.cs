using LoopRig.Core;
using LoopRig.Rig.Inception;

namespace LoopRig.Rig.Tests.Inception;

public sealed class ControlImageTests
{
    private const int Height = 36;
    private const int Width = 64;

    [Fact]
    public void Scrambled_OfAGabor_HasItsPixelsInItsPlaceInAnotherOrder()
    {
        var image = ImageContrast.Match(new GaborPatch(20, 18, 5, 0.1, 0.6, 0).Draw(Height, Width), 0.06);
        var scrambled = ScrambledImage.Of(image, Height, Width, new SeededRandom(1, "order"));
        Assert.Equal(image.Order(), scrambled.Order());
        Assert.True(Correlation.Pearson(image, scrambled) < 0.5);
        // Far from the Gabor nothing has changed.
        for (var at = 0; at < image.Length; at++)
        {
            if (at % Width > 45)
            {
                Assert.Equal(image[at], scrambled[at]);
            }
        }
    }

    [Fact]
    public void Draw_OfAGabor_HasItsFrequencyAcrossItsBars()
    {
        // Bars along 30 degrees: along them the carrier stands still, across them it turns once in a period.
        var patch = new GaborPatch(32, 18, 1000, 0.1, Math.PI / 6, 0);
        var image = patch.Draw(Height, Width);
        double At(double right, double up) => image[(int)(18 - up) * Width + (int)(32 + right)];
        Assert.Equal(At(0, 0), At(5 * Math.Sqrt(3), 5), 0.15);
        Assert.Equal(-1, At(-2.5, 2.5 * Math.Sqrt(3)), 0.3); // half a period across
    }

    [Fact]
    public void EnvelopeMask_OfAGaborInNoise_KeepsItAndTakesTheNoiseAwayFromItsContrast()
    {
        var random = new SeededRandom(2, "noise");
        var gabor = new GaborPatch(40, 15, 5, 0.09, 0.6, 0.4).Draw(Height, Width);
        var noisy = ImageContrast.Match([.. gabor.Select(pixel => (float)(pixel + 0.12 * random.Normal()))], 0.06);
        var masked = ImageContrast.Match(EnvelopeMask.Apply(noisy, Height, Width), 0.06);
        Assert.True(Correlation.Pearson(noisy, gabor) < 0.8);
        Assert.True(Correlation.Pearson(masked, gabor) > 0.9);
    }

    [Fact]
    public void Bank_CoversTheFrame()
    {
        GaborPatch[] bank = [.. GaborBank.All(Height, Width)];
        Assert.True(bank.Length > 10_000);
        Assert.All(bank, static patch => Assert.True(patch.X is > 0 and < Width && patch.Y is > 0 and < Height));
        Assert.True(bank.Min(static p => p.X) < 4 && bank.Max(static p => p.X) > Width - 4 && bank.Min(static p => p.Y) < 4 && bank.Max(static p => p.Y) > Height - 4);
    }

    [Fact]
    public void NaturalImages_OfACollectionThatHoldsPicturesTwice_ShareNoneBetweenGroups()
    {
        const int different = 9, times = 4;
        var random = new SeededRandom(4, "pictures");
        var pictures = Enumerable.Range(0, different).Select(_ => Enumerable.Range(0, Height * Width).Select(_ => (byte)random.Below(256)).ToArray()).ToArray();
        var path = Path.Combine(Path.GetTempPath(), $"looprig-pictures-{Guid.NewGuid():N}.npy");
        NpyFile.Write<byte>(path, Enumerable.Range(0, different * times).SelectMany(i => pictures[i % different]).ToArray(), different * times, Height, Width);
        try
        {
            var images = NaturalImages.Make(path, Height, Width, [20, 6, 10], 1, TestContext.Current.CancellationToken);
            Assert.StartsWith("9 of 36 photographs", images.Source, StringComparison.Ordinal);
            Assert.Equal([20, 6, 10], images.Groups.Select(g => g.Length));
            // Which picture an image is of; some are mirrored.
            int Of(float[] image) => Enumerable.Range(0, different).MaxBy(p => Math.Max(Correlation.Pearson(image, Values(pictures[p])), Correlation.Pearson(Mirrored(image), Values(pictures[p]))));
            int[][] groups = [.. images.Groups.Select(g => g.Select(Of).Distinct().ToArray())];
            Assert.Equal(groups.Sum(g => g.Length), groups.SelectMany(g => g).Distinct().Count());
            Assert.Equal(different, groups.Sum(g => g.Length));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void NaturalImages_OfFewerDifferentPicturesThanGroups_IsRefused()
    {
        var path = Path.Combine(Path.GetTempPath(), $"looprig-pictures-{Guid.NewGuid():N}.npy");
        NpyFile.Write<byte>(path, new byte[5 * Height * Width], 5, Height, Width);
        try
        {
            Assert.Contains("1 different image", Assert.Throws<DataFileException>(() => NaturalImages.Make(path, Height, Width, [2, 2], 1, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[] Values(byte[] pixels) => [.. pixels.Select(static p => (float)p)];

    private static float[] Mirrored(float[] image) => [.. Enumerable.Range(0, image.Length).Select(at => image[at / Width * Width + Width - 1 - at % Width])];

    [Fact]
    public void NaturalImages_OfDrawnScenes_AreTheSameForASeedAndDifferInContrast()
    {
        var stop = TestContext.Current.CancellationToken;
        var images = NaturalImages.Make(null, Height, Width, [20, 5], 3, stop);
        var again = NaturalImages.Make(null, Height, Width, [20, 5], 3, stop);
        Assert.Equal(images.Groups[0][7], again.Groups[0][7]);
        Assert.Equal(20, images.Groups[0].Length);
        Assert.Equal(5, images.Groups[1].Length);
        double[] contrasts = [.. images.Groups[0].Select(static i => ImageContrast.Moments(i).Deviation)];
        Assert.True(contrasts.Max() > 1.5 * contrasts.Min());
        Assert.All(images.Groups[0], static i => Assert.Equal(ImageContrast.Gray, ImageContrast.Moments(i).Mean, 2e-3));
    }
}
