namespace LoopRig.Stimulus.Live;

/// <summary>What becomes of what is being shown when a command comes.</summary>
public enum CommandPolicy
{
    /// <summary>It ends: the newest command wins at the next flip, older ones that wait are forgotten.</summary>
    Latest,
    /// <summary>It is shown to its end; commands are taken in their order.</summary>
    Queued,
}

/// <summary>One command.</summary>
/// <param name="Stimulus">The stimulus, by its number in the display's list; <see cref="Gray"/>; or less, which nothing comes of.</param>
/// <param name="Policy">What becomes of what is being shown.</param>
/// <param name="CommandedNs">When it was given, ns of the rig clock.</param>
public readonly record struct DisplayCommand(int Stimulus, CommandPolicy Policy, long CommandedNs)
{
    /// <summary>Gray, in place of a stimulus's number.</summary>
    public const int Gray = -1;
}
