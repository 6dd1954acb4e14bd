using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>A resolved bin on its way from the loop to the controller. Reused.</summary>
internal sealed class ControlTick
{
    public long Bin, StartNs, EndNs, ClosedNs, SentNs, Prediction, Frame, FrameNs;
    public BinFlags Flags;
    public LoadedNetwork? Network;
    public float[] Values = [];
    public float[] Behaviour = [];
}
