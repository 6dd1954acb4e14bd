using LoopRig.Models.Layers;

namespace LoopRig.Models.Xu;

/// <summary>A stack of unpadded convolutions with one kernel and stride, over an image of one channel.</summary>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="Channels">Output channels of each convolution.</param>
/// <param name="Kernel">Rows and columns of each kernel.</param>
/// <param name="Stride">Stride of each convolution.</param>
internal readonly record struct ConvolutionSizes(int Height, int Width, int[] Channels, int Kernel, int Stride)
{
    /// <summary>Rows and columns of the image and behind each convolution: one more than there are convolutions; 0 where nothing remains.</summary>
    internal (int Rows, int Columns)[] Maps()
    {
        var maps = new (int Rows, int Columns)[Channels.Length + 1];
        maps[0] = (Height, Width);
        for (int i = 0; i < Channels.Length; i++)
            maps[i + 1] = (Behind(maps[i].Rows), Behind(maps[i].Columns));
        return maps;
    }

    /// <summary>Refuses sizes that no stack has, or after which nothing of the image remains.</summary>
    /// <exception cref="Core.NetworkException">They are named.</exception>
    internal void Validate()
    {
        if (Kernel < 1 || Stride < 1 || Channels.Length == 0 || Channels.Min() < 1)
            throw new Core.NetworkException("kernel, stride and convolutionChannels must be positive");
        (int rows, int columns) = Maps()[^1];
        if (rows < 1 || columns < 1) throw new Core.NetworkException($"nothing remains of {Height}x{Width} pixels after {Channels.Length} convolutions");
    }

    private int Behind(int size) => size < Kernel ? 0 : Convolution.OutputSize(size, Kernel, Stride);
}
