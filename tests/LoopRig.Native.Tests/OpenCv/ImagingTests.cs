using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using Xunit;

namespace LoopRig.Native.Tests.OpenCv;

public sealed class ImagingTests
{
    [Fact]
    public void Grey_OfPureColours_IsTheirLuminance()
    {
        Image colour = new(3, 1, 3);
        colour.Pixels[0] = 255;     // blue
        colour.Pixels[4] = 255;     // green
        colour.Pixels[8] = 255;     // red
        Image grey = new(3, 1, 1);
        Imaging.Grey(colour, grey);
        Assert.Equal([29, 150, 76], grey.Pixels.ToArray());
    }

    [Fact]
    public void ResizeArea_ByAWholeFactor_IsTheBlocksMean()
    {
        Image source = Ramp(8, 4);
        Image small = new(4, 2, 1);
        Imaging.ResizeArea(source, small);
        for (int y = 0; y < 2; y++)
        {
            for (int x = 0; x < 4; x++)
            {
                double mean = (source.Row(2 * y)[2 * x] + source.Row(2 * y)[(2 * x) + 1] + source.Row((2 * y) + 1)[2 * x] + source.Row((2 * y) + 1)[(2 * x) + 1]) / 4.0;
                Assert.InRange(small.Row(y)[x], mean - 0.51, mean + 0.51);
            }
        }
    }

    [Fact]
    public void Crop_UsedAsASource_ReadsOnlyTheRectangle()
    {
        Image source = Ramp(8, 4);
        Image part = new(3, 2, 1);
        source.Crop(2, 1, 3, 2).CopyInto(part);
        Assert.Equal([10, 11, 12, 18, 19, 20], part.Pixels.ToArray());
        Imaging.Flip(source.Crop(2, 1, 3, 2), part, leftRight: true, upDown: false);
        Assert.Equal([12, 11, 10, 20, 19, 18], part.Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Crop(6, 0, 3, 1));
    }

    [Fact]
    public void Rotate_OneQuarter_IsClockwise()
    {
        Image source = Ramp(3, 2); // 0 1 2 / 3 4 5
        Image turned = new(2, 3, 1);
        Imaging.Rotate(source, turned, 1);
        Assert.Equal([3, 0, 4, 1, 5, 2], turned.Pixels.ToArray());
        Imaging.Rotate(source, turned, 3);
        Assert.Equal([2, 5, 1, 4, 0, 3], turned.Pixels.ToArray());
    }

    [Fact]
    public void Rotate_DestinationOfTheWrongSize_ThrowsWithBothSizes()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => Imaging.Rotate(Ramp(3, 2), new Image(3, 2, 1), 1));
        Assert.Contains("3x2x1", error.Message);
        Assert.Contains("2x3x1", error.Message);
    }

    [Fact]
    public void Threshold_BothWays()
    {
        Image result = new(3, 2, 1);
        Imaging.Threshold(Ramp(3, 2), result, 3, inverse: false);
        Assert.Equal([0, 0, 0, 0, 255, 255], result.Pixels.ToArray());
        Imaging.Threshold(Ramp(3, 2), result, 3, inverse: true);
        Assert.Equal([255, 255, 255, 255, 0, 0], result.Pixels.ToArray());
    }

    [Fact]
    public void WarpAffine_AndRemap_ByTheSameShift_Agree()
    {
        Image source = Ramp(8, 6);
        Image warped = new(8, 6, 1);
        Image mapped = new(8, 6, 1);
        Imaging.WarpAffine(source, warped, [1, 0, 2, 0, 1, 1], linear: true, border: 7);
        float[] x = new float[48];
        float[] y = new float[48];
        for (int i = 0; i < 48; i++) (x[i], y[i]) = ((i % 8) + 2, (i / 8) + 1);
        Imaging.Remap(source, mapped, x, y, linear: true, border: 7);

        Assert.Equal(source.Row(1)[2], warped.Pixels[0]);
        Assert.Equal(7, warped.Row(5)[7]);
        Assert.Equal(warped.Pixels.ToArray(), mapped.Pixels.ToArray());
    }

    [Fact]
    public void FitEllipse_ToADrawnEllipse_FindsItsAxes()
    {
        Image image = new(120, 100, 1);
        (double cx, double cy, double a, double b, double angle) = (61, 47, 30, 18, 25 * Math.PI / 180);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double u = ((x - cx) * Math.Cos(angle)) + ((y - cy) * Math.Sin(angle));
                double v = (-(x - cx) * Math.Sin(angle)) + ((y - cy) * Math.Cos(angle));
                image.Row(y)[x] = (u * u / (a * a)) + (v * v / (b * b)) <= 1 ? (byte)255 : (byte)0;
            }
        }

        ContourFinder contours = new();
        contours.Find(image, outerOnly: true);
        Assert.Equal(1, contours.Count);
        float[] points = new float[contours[0].Length];
        for (int i = 0; i < points.Length; i++) points[i] = contours[0][i];
        Assert.True(Imaging.TryFitEllipse(points, out Ellipse fit));
        Assert.Equal(cx, fit.CentreX, 0.3);
        Assert.Equal(cy, fit.CentreY, 0.3);
        Assert.Equal(2 * a, fit.Major, 1.5); // the outline runs through the outermost pixels' centres
        Assert.Equal(2 * b, fit.Minor, 1.5);
        Assert.Equal(25, fit.MajorAngleDeg, 1.5);
        Assert.False(Imaging.TryFitEllipse(points.AsSpan(0, 8), out _));
    }

    [Fact]
    public void Find_MoreOutlinesThanTheFirstBuffers_GivesAll()
    {
        Image image = new(200, 200, 1);
        for (int y = 0; y < 200; y += 2)
        {
            for (int x = 0; x < 200; x += 2) image.Row(y)[x] = 255;
        }

        ContourFinder contours = new();
        contours.Find(image, outerOnly: true);
        Assert.Equal(10_000, contours.Count);
        Assert.Equal(2, contours[9_999].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = contours[10_000]; });
    }

    [Theory]
    [InlineData("png", 0)]
    [InlineData("jpg", 6)]
    public void Write_ThenRead_GivesThePictureBack(string ending, int tolerance)
    {
        Image image = new(64, 48, 3);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i / 3 % 64 * 3);
        string path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.{ending}");
        try
        {
            Imaging.Write(path, image);
            Image read = Imaging.Read(path);
            Assert.Equal((64, 48, 3), (read.Width, read.Height, read.Channels));
            for (int i = 0; i < read.Pixels.Length; i++) Assert.InRange(read.Pixels[i] - image.Pixels[i], -tolerance, tolerance);
            Assert.Equal(1, Imaging.Read(path, grey: true).Channels);
            Assert.Equal(read.Pixels, Imaging.Decode(File.ReadAllBytes(path)).Pixels);
            Assert.Equal(1, Imaging.Decode(File.ReadAllBytes(path), grey: true).Channels);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Decode_BytesThatAreNoImage_SaysSo()
    {
        Assert.Contains("not an image", Assert.Throws<DeviceException>(() => Imaging.Decode(new byte[100])).Message);
        Assert.Throws<DeviceException>(() => Imaging.Decode([]));
    }

    [Fact]
    public void Read_NoFileOrNoImage_NamesThePath()
    {
        Assert.Contains("/nowhere/a.png", Assert.Throws<DataFileException>(() => Imaging.Read("/nowhere/a.png")).Message);
        string path = Path.GetTempFileName();
        try
        {
            Assert.Contains(path, Assert.Throws<DataFileException>(() => Imaging.Read(path)).Message);
            Assert.Throws<DataFileException>(() => Imaging.Write(path + ".unknown", new Image(1, 1, 1)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Operations_AfterWarmUp_AllocateNothing()
    {
        Image colour = new(320, 240, 3);
        Image grey = new(320, 240, 1);
        Image small = new(80, 60, 1);
        ContourFinder contours = new();
        colour.Pixels.Fill(200);
        Run(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Imaging.Grey(colour, grey);
                Imaging.ResizeArea(grey.Crop(10, 10, 300, 200), small);
                Imaging.Threshold(small, small, 100, inverse: true);
                contours.Find(small, outerOnly: true);
            }
        }
    }

    [Fact]
    public void Structs_Layout_IsThatOfTheShim()
    {
        Assert.Equal(24, Marshal.SizeOf<NativeImage>());
        Assert.Equal(20, (int)Marshal.OffsetOf<NativeImage>(nameof(NativeImage.Stride)));
        Assert.Equal(24, Marshal.SizeOf<NativeVideoInfo>());
        Assert.Equal(16, (int)Marshal.OffsetOf<NativeVideoInfo>(nameof(NativeVideoInfo.Width)));
        Assert.Equal(40, Marshal.SizeOf<Ellipse>());
    }

    private static Image Ramp(int width, int height)
    {
        Image image = new(width, height, 1);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)i;
        return image;
    }
}
