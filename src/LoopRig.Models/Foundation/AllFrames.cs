using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>N sequences of T frames at once, as [N, C, T, H, W], each from its first frame.</summary>
internal sealed class AllFrames(long sequences) : IFrames
{
    /// <inheritdoc/>
    public Tensor Enter(Tensor frames)
    {
        long[] shape = frames.Shape; // [N T, C, H, W]
        return frames.Reshape(sequences, -1, shape[1], shape[2], shape[3]).Transpose(1, 2);
    }

    /// <inheritdoc/>
    public Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, long groups)
    {
        long before = weight.Size(2) - 1, padding = weight.Size(3) / 2;
        Tensor padded = before == 0 ? x : F.Pad(x, [0, 0, 0, 0, before, 0]);
        return F.Conv3d(padded, weight, bias, padding: new Size3(0, padding, padding), groups: groups);
    }

    /// <inheritdoc/>
    public Tensor Pool(Tensor x, long size) => F.AvgPool3d(x, new Size3(1, size, size));

    /// <inheritdoc/>
    public Tensor Leave(Tensor x) => x.Transpose(1, 2).Flatten(0, 1);
}
