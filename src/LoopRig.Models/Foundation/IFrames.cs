using LoopRig.Torch;

namespace LoopRig.Models.Foundation;

/// <summary>How the feed-forward part runs through time: one frame with its past as state, or whole sequences at once. The layers are the same.</summary>
internal interface IFrames
{
    /// <summary>Frames of all sequences [B, C, H, W] in the form in which the blocks work.</summary>
    Tensor Enter(Tensor frames);

    /// <summary>
    /// A convolution over this frame and those before it, zeros before the first: <paramref name="weight"/> is [O, C/groups, t, h, w], its last frame the
    /// newest. One frame out for one in.
    /// </summary>
    Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, long groups);

    /// <summary>Means of windows of rows and columns.</summary>
    Tensor Pool(Tensor x, long size);

    /// <summary>Back to [B, C, H, W].</summary>
    Tensor Leave(Tensor x);
}
