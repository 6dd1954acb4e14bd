using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>Channels that are laid out group after group.</summary>
internal static class ChannelGroups
{
    /// <summary>Joins [N, C, ...] inside each group: a of group 1, b of group 1, a of group 2 ...</summary>
    internal static Tensor Join(Tensor[] parts, long groups)
    {
        if (parts.Length == 1) return parts[0];
        if (groups == 1) return F.Cat(parts, 1);
        return F.Cat(Array.ConvertAll(parts, part => Split(part, groups)), 2).Flatten(1, 2);
    }

    /// <summary>[N, C, ...] to [N, G, C/G, ...].</summary>
    internal static Tensor Split(Tensor x, long groups)
    {
        long[] shape = x.Shape;
        return x.Reshape([shape[0], groups, shape[1] / groups, .. shape[2..]]);
    }
}
