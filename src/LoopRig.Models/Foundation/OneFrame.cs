using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>One frame [N, C, H, W] at a time: each temporal convolution's last inputs are state, oldest first.</summary>
internal sealed class OneFrame(StateReader state) : IFrames
{
    /// <inheritdoc/>
    public Tensor Enter(Tensor frames) => frames;

    /// <inheritdoc/>
    public Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, long groups)
    {
        int frames = (int)weight.Size(2);
        long padding = weight.Size(3) / 2;
        if (frames == 1) return F.Conv2d(x, weight.Squeeze(2), bias, padding: new Size2(padding, padding), groups: groups);
        Tensor[] window = new Tensor[frames];
        for (int t = 0; t < frames - 1; t++)
            window[t] = state.Next();
        window[^1] = x;
        for (int t = 1; t < frames; t++)
            state.Keep(t == frames - 1 ? x : window[t].Share()); // what was state belongs to the caller
        return F.Conv3d(F.Stack(window, 2), weight, bias, padding: new Size3(0, padding, padding), groups: groups).Select(2, 0);
    }

    /// <inheritdoc/>
    public Tensor Pool(Tensor x, long size) => F.AvgPool2d(x, new Size2(size, size));

    /// <inheritdoc/>
    public Tensor Leave(Tensor x) => x;
}
