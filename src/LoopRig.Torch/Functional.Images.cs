namespace LoopRig.Torch;

// Convolutions, pooling, normalisation and sampling.
public static partial class Functional
{
    private static readonly Op s_conv1d = Op.Get("aten::conv1d");
    private static readonly Op s_conv2d = Op.Get("aten::conv2d");
    private static readonly Op s_conv3d = Op.Get("aten::conv3d");
    private static readonly Op s_convTranspose2d = Op.Get("aten::conv_transpose2d", "input");
    private static readonly Op s_batchNorm = Op.Get("aten::batch_norm");
    private static readonly Op s_layerNorm = Op.Get("aten::layer_norm");
    private static readonly Op s_gridSampler = Op.Get("aten::grid_sampler");
    private static readonly Op s_affineGrid = Op.Get("aten::affine_grid_generator");
    private static readonly Op s_avgPool2d = Op.Get("aten::avg_pool2d");
    private static readonly Op s_maxPool2d = Op.Get("aten::max_pool2d");
    private static readonly Op s_adaptiveAvgPool2d = Op.Get("aten::adaptive_avg_pool2d");
    private static readonly Op s_avgPool3d = Op.Get("aten::avg_pool3d");
    private static readonly Op s_interpolateBilinear = Op.Get("aten::upsample_bilinear2d");

    /// <summary>What <see cref="BatchNorm"/> adds to variances unless told otherwise.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>Convolves [N, C, T] with [O, C/groups, k].</summary>
    public static Tensor Conv1d(Tensor input, Tensor weight, Tensor? bias = null, long stride = 1, long padding = 0, long dilation = 1, long groups = 1)
        => s_conv1d.Call(input, weight, bias, stride, padding, dilation, groups);

    /// <summary>Convolves [N, C, H, W] with [O, C/groups, kH, kW]; gives [N, O, H', W'].</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias = null, Size2? stride = null, Size2 padding = default, Size2? dilation = null, long groups = 1)
        => s_conv2d.Call(input, weight, bias, stride ?? Size2.One, padding, dilation ?? Size2.One, groups);

    /// <summary>Convolves [N, C, T, H, W] with [O, C/groups, kT, kH, kW].</summary>
    public static Tensor Conv3d(Tensor input, Tensor weight, Tensor? bias = null, Size3? stride = null, Size3 padding = default, Size3? dilation = null, long groups = 1)
        => s_conv3d.Call(input, weight, bias, stride ?? Size3.One, padding, dilation ?? Size3.One, groups);

    /// <summary>Transposed convolution of [N, C, H, W] with [C, O/groups, kH, kW].</summary>
    public static Tensor ConvTranspose2d(Tensor input, Tensor weight, Tensor? bias = null, Size2? stride = null, Size2 padding = default, Size2 outputPadding = default, long groups = 1, Size2? dilation = null)
        => s_convTranspose2d.Call(input, weight, bias, stride ?? Size2.One, padding, outputPadding, groups, dilation ?? Size2.One);

    /// <summary>
    /// Normalises each channel of [N, C, ...]: by the batch's statistics in training, when the running ones (changed in place) move by
    /// <paramref name="momentum"/>; by the running ones otherwise.
    /// </summary>
    public static Tensor BatchNorm(Tensor input, Tensor? runningMean, Tensor? runningVariance, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double epsilon = NormEpsilon)
        => s_batchNorm.Call(input, weight, bias, runningMean, runningVariance, training, momentum, epsilon, false);

    /// <summary>Normalises over the trailing dimensions of the given sizes.</summary>
    public static Tensor LayerNorm(Tensor input, long[] normalizedShape, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
        => s_layerNorm.Call(input, normalizedShape, weight, bias, epsilon, false);

    /// <summary>
    /// Samples [N, C, H, W] at grid [N, H', W', 2] of (x, y), where -1 and 1 are the image's borders: the outer pixels' centres with
    /// <paramref name="alignCorners"/>, their outer edges without.
    /// </summary>
    public static Tensor GridSample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePadding padding = GridSamplePadding.Zeros, bool alignCorners = false)
        => s_gridSampler.Call(input, grid, (int)mode, (int)padding, alignCorners);

    /// <summary>The grid that <see cref="GridSample"/> takes from affine maps [N, 2, 3] of output onto input coordinates.</summary>
    /// <param name="theta">The maps.</param>
    /// <param name="size">[N, C, H', W'] of the sampled image.</param>
    /// <param name="alignCorners">What -1 and 1 are, as in <see cref="GridSample"/>.</param>
    public static Tensor AffineGrid(Tensor theta, long[] size, bool alignCorners = false) => s_affineGrid.Call(theta, size, alignCorners);

    /// <summary>Means of windows of [N, C, H, W]; the stride is the kernel unless given.</summary>
    public static Tensor AvgPool2d(Tensor input, Size2 kernel, Size2? stride = null, Size2 padding = default, bool countIncludePad = true)
        => s_avgPool2d.Call(input, kernel, stride ?? kernel, padding, false, countIncludePad);

    /// <summary>Maxima of windows of [N, C, H, W]; the stride is the kernel unless given.</summary>
    public static Tensor MaxPool2d(Tensor input, Size2 kernel, Size2? stride = null, Size2 padding = default) => s_maxPool2d.Call(input, kernel, stride ?? kernel, padding, Size2.One, false);

    /// <summary>Means of as many windows as the output has elements.</summary>
    public static Tensor AdaptiveAvgPool2d(Tensor input, Size2 outputSize) => s_adaptiveAvgPool2d.Call(input, outputSize);

    /// <summary>Means of windows of [N, C, T, H, W]; the stride is the kernel unless given.</summary>
    public static Tensor AvgPool3d(Tensor input, Size3 kernel, Size3? stride = null, Size3 padding = default) => s_avgPool3d.Call(input, kernel, stride ?? kernel, padding);

    /// <summary>Resizes [N, C, H, W] bilinearly.</summary>
    public static Tensor UpsampleBilinear2d(Tensor input, Size2 size, bool alignCorners = false) => s_interpolateBilinear.Call(input, size, alignCorners);
}
