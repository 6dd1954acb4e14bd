using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>The stages of a live loop, in the order of a frame's way through them.</summary>
public sealed record LoopParts
{
    /// <summary>What the rig was set up with.</summary>
    public required LoopSettings Settings { get; init; }
    /// <summary>Where messages arrive.</summary>
    public required SlotRing Ring { get; init; }
    /// <summary>Cuts bins.</summary>
    public required BinAligner Aligner { get; init; }
    /// <summary>Gives each bin its prediction.</summary>
    public required Predictor Predictor { get; init; }
    /// <summary>Sends predictions.</summary>
    public required PredictionPublisher Publisher { get; init; }
    /// <summary>Changes the network.</summary>
    public required HotSwap Swap { get; init; }
    /// <summary>The last bins.</summary>
    public required BinHistory History { get; init; }
    /// <summary>Watches the streams.</summary>
    public required StreamWatch Watch { get; init; }
    /// <summary>Collects what happens.</summary>
    public required RigEvents Events { get; init; }
    /// <summary>Where bins go on to a controller; null: nowhere.</summary>
    public ControlEdge? Control { get; init; }
    /// <summary>The recorder.</summary>
    public required ISessionSink Sink { get; init; }
    /// <summary>How the loop's thread waits.</summary>
    public required IWaitStrategy Wait { get; init; }
    /// <summary>Where the loop reads the time.</summary>
    public required IClock Clock { get; init; }
}
