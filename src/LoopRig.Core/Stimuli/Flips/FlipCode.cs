namespace LoopRig.Core.Stimuli;

/// <summary>
/// The published flip code (cajal/pipeline, Screen.m): even flips are black; odd flips of a block of 32 carry the block's 16-bit number, the least
/// significant bit first, gray for 1 and white for 0. A photodiode in the corner so tells which flip it saw.
/// </summary>
public static class FlipCode
{
    /// <summary>Flips that carry one number.</summary>
    public const int BlockFlips = 32;

    /// <summary>Flips after which the numbers begin anew.</summary>
    public const int Period = BlockFlips << 16;

    /// <summary>Width of the patch as a share of the screen's.</summary>
    public const double PatchWidth = 0.05;

    /// <summary>Height of the patch as a share of the screen's.</summary>
    public const double PatchHeight = 0.06;

    /// <summary>What a flip shows.</summary>
    public static FlipMark MarkOf(long flip)
    {
        if ((flip & 1) == 0)
        {
            return FlipMark.Black;
        }
        return (flip >> (int)(((flip >> 1) & 15) + 5) & 1) == 1 ? FlipMark.Gray : FlipMark.White;
    }
}
