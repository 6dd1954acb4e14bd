using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Chance of its own for every step and every epoch, from the seed and the number alone: training that is resumed needs no generator's state to draw the same.
/// </summary>
internal static class StepRandom
{
    /// <summary>Seeds libtorch's generator for a step, and gives one for everything else.</summary>
    internal static Random Begin(int seed, long step)
    {
        ulong mixed = Mix(seed, 1, step);
        LibTorch.ManualSeed(mixed);
        return new Random((int)(mixed >> 33));
    }

    /// <summary>A generator for the order of a session's samples in an epoch; session -1 is the order of the sessions.</summary>
    internal static Random OfEpoch(int seed, int epoch, int session) => new((int)(Mix(seed, 2 + ((long)session << 8), epoch) >> 33));

    /// <summary>The seed that a session's new weights are drawn from: the run's own for the first, and for others none that another run's seed gives.</summary>
    internal static int OfSession(int seed, int session) => session == 0 ? seed : (int)(Mix(seed, 0, session) >> 33);

    // SplitMix64's finaliser (Steele et al. 2014) over the three numbers in turn: neighbouring steps get seeds that have nothing to do with each other.
    private static ulong Mix(long seed, long purpose, long number) => Scramble(Scramble(Scramble((ulong)seed) ^ (ulong)purpose) ^ (ulong)number);

    private static ulong Scramble(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
