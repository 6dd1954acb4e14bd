namespace LoopRig.Torch;

// Fourier transforms.
public static partial class Functional
{
    private static readonly long[] s_lastTwo = [-2, -1];
    private static readonly Op s_rfft2 = Op.Get("aten::fft_rfft2");
    private static readonly Op s_irfft2 = Op.Get("aten::fft_irfft2");

    /// <summary>Transform of the last two dimensions of real [..., H, W]: complex [..., H, W/2 + 1], not scaled.</summary>
    public static Tensor RealFft2(Tensor input) => s_rfft2.Call(input, Arg.None, s_lastTwo, Arg.None);

    /// <summary>The real [..., H, W] that <see cref="RealFft2"/> gave the input of.</summary>
    public static Tensor InverseRealFft2(Tensor input, Size2 size) => s_irfft2.Call(input, size, s_lastTwo, Arg.None);
}
