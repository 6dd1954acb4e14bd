namespace LoopRig.Inference;

/// <summary>A display as a controller's loop sees it: the rig puts the real one behind it. One thread uses it; nothing here waits or allocates.</summary>
public interface IStimulusDisplay
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>What can be asked for, in the order of their numbers.</summary>
    IReadOnlyList<string> Stimuli { get; }

    /// <summary>How long each takes, s.</summary>
    IReadOnlyList<double> Seconds { get; }

    /// <summary>When it flipped last, ns of the rig clock; 0: not yet.</summary>
    long FlippedNs { get; }

    /// <summary>Takes the oldest change of what it shows that was not taken yet; false: there is none.</summary>
    /// <param name="stimulus">What it shows from then on; -1: gray.</param>
    /// <param name="sinceNs">When that was flipped first, ns of the rig clock.</param>
    bool TryTakeChange(out int stimulus, out long sinceNs);

    /// <summary>Asks for a stimulus (-1: gray); false where there is no room for the command.</summary>
    /// <param name="stimulus">Its number.</param>
    /// <param name="queued">Whether what is shown, and what waits, comes first.</param>
    /// <param name="commandedNs">Now, ns of the rig clock.</param>
    bool Show(int stimulus, bool queued, long commandedNs);

    /// <summary>Says that a bin was dealt with, after its commands: the flips drawn from then on answer it.</summary>
    /// <param name="bin">The bin.</param>
    /// <param name="frameNs">When its last frame was received, ns of the rig clock.</param>
    /// <param name="dealtWithNs">Now, ns of the rig clock.</param>
    /// <param name="decided">Whether the controller has decided, be it for no command; false where it rests or has failed.</param>
    void Answer(long bin, long frameNs, long dealtWithNs, bool decided);
}
