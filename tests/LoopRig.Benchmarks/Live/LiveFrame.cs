using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The frame that the live benchmarks send: 60x80 grey pixels.</summary>
internal static class LiveFrame
{
    public const int Height = 60;
    public const int Width = 80;
    private static readonly int[] s_shape = [Height, Width];

    public static StreamDescriptor Descriptor(double rateHz) =>
        new() { Name = "worldcam", Kind = StreamKind.Image, DType = DType.U8, Shape = s_shape, RateHz = rateHz, Source = "benchmark" };

    public static FrameHeader HeaderAt(long deviceTimeNs) => FrameHeader.Samples(DType.U8, s_shape, deviceTimeNs);

    public static byte[] Pixels()
    {
        var pixels = new byte[Height * Width];
        new Random(1).NextBytes(pixels);
        return pixels;
    }
}
