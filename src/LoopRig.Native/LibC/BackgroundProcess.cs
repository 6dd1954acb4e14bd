using System.Globalization;

namespace LoopRig.Native.LibC;

/// <summary>Makes this process yield to others: Linux keeps both nice value and processors for each thread, so every thread that there is must be told; later ones inherit.</summary>
public static class BackgroundProcess
{
    private const string Threads = "/proc/self/task";
    private const int OfThread = 0;             // PRIO_PROCESS, which takes a thread's id on Linux
    private const int MaskWords = 16;

    /// <summary>Lowers the priority of all threads; false where the system refuses one. It cannot be raised again without privileges.</summary>
    /// <param name="nice">0 ordinary to 19 lowest.</param>
    public static bool TryLower(int nice) => ForAll(thread => LibCNative.SetPriority(OfThread, thread, nice));

    /// <summary>Lets all threads run on these processors alone; false where one is not there or the system refuses.</summary>
    public static unsafe bool TryPinTo(IReadOnlyList<int> processors)
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (int processor in processors)
        {
            if (processor is < 0 or >= MaskWords * 64) return false;
            mask[processor / 64] |= 1UL << (processor % 64);
        }

        ulong[] wanted = new Span<ulong>(mask, MaskWords).ToArray();
        return processors.Count > 0 && ForAll(thread =>
        {
            fixed (ulong* at = wanted) return LibCNative.SetAffinity(thread, MaskWords * sizeof(ulong), at);
        });
    }

    // A thread may begin, from one that was not told yet, while the list is read: until no new one is found.
    private static bool ForAll(Func<int, int> call)
    {
        HashSet<int> told = [];
        bool all = true, found;
        do
        {
            found = false;
            foreach (string folder in Directory.EnumerateDirectories(Threads))
            {
                int thread = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                if (!told.Add(thread)) continue;
                found = true;
                // One that has ended meanwhile is refused too.
                all &= call(thread) == 0 || !Directory.Exists(folder);
            }
        }
        while (found);
        return all;
    }
}
