using LoopRig.Torch;

namespace LoopRig.Models.Foundation;

/// <summary>Hands a step's parts their state in the order in which they are built, and collects the state after the frame in the same order.</summary>
internal sealed class StateReader(Tensor[] before)
{
    private readonly Tensor[] _after = new Tensor[before.Length];
    private int _next, _kept;

    /// <summary>The state's next tensor before the frame.</summary>
    internal Tensor Next() => before[_next++];

    /// <summary>Its counterpart after the frame.</summary>
    internal void Keep(Tensor after) => _after[_kept++] = after;

    /// <summary>The whole state after the frame.</summary>
    internal Tensor[] After => _after;
}
