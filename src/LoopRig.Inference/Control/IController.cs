using System.Text.Json.Nodes;

namespace LoopRig.Inference;

/// <summary>
/// Turns predictions into stimulus commands. The thread <c>controller</c> calls it once a bin, within the bin's budget: it must not wait, and after its first calls
/// it must not allocate. What it throws is noted and told; the loop goes on, and it is asked again with the next bin.
/// </summary>
public interface IController
{
    /// <summary>Channels of streams that it looks at besides the prediction, as <c>STREAM.CHANNEL</c>: their means of each bin come in this order.</summary>
    IReadOnlyList<string> Variables { get; }

    /// <summary>Another network predicts from the next bin on, or the first one: finds its units, and forgets what it knew of the last predictions.</summary>
    /// <param name="unitIds">The units' ids, in the order of the predicted values.</param>
    /// <exception cref="Core.NetworkException">A unit that it needs is not among them: it rests until another network comes.</exception>
    void Use(IReadOnlyList<string> unitIds);

    /// <summary>Decides what a bin asks for.</summary>
    void Decide(in ControlBin bin, StimulusCommands commands);

    /// <summary>What it counted, for the summary of the run.</summary>
    JsonObject Summarise();
}
