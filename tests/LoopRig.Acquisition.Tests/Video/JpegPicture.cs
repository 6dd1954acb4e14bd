using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition.Tests.Video;

/// <summary>A JPEG picture as a camera would send it.</summary>
internal static class JpegPicture
{
    /// <summary>The pixels before compression: a smooth ramp, so that little is lost.</summary>
    internal static byte[] Pixels(int width, int height) =>
        [.. Enumerable.Range(0, width * height).Select(i => (byte)(40 + (i % width) + (i / width)))];

    internal static byte[] Of(int width, int height) => Compress(width, height, Pixels(width, height));

    /// <summary>A picture that hardly compresses: nearly all of its bytes are pixels.</summary>
    internal static byte[] Noise(int width, int height)
    {
        byte[] grey = new byte[width * height];
        new Random(2).NextBytes(grey);
        return Compress(width, height, grey);
    }

    private static byte[] Compress(int width, int height, byte[] grey)
    {
        string path = Path.Combine(Path.GetTempPath(), $"looprig-{Guid.NewGuid():N}.jpg");
        Image image = new(width, height, 3);
        for (int i = 0; i < grey.Length; i++) image.Pixels.Slice(3 * i, 3).Fill(grey[i]);
        try
        {
            Imaging.Write(path, image);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
