using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// The last bins, for a network that is to take over with a warm state. The loop writes; another thread copies, and learns whether the copy is whole.
/// </summary>
public sealed class BinHistory
{
    private readonly Bin[] _bins;
    private long _latest = long.MinValue;
    private long _first = long.MaxValue;

    /// <summary>Builds the bins.</summary>
    public BinHistory(IReadOnlyList<StreamDescriptor> streams, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 4);
        _bins = new Bin[capacity];
        for (var i = 0; i < capacity; i++)
        {
            _bins[i] = new Bin(streams);
        }
    }

    /// <summary>The number of the newest bin; <see cref="long.MinValue"/> while there is none.</summary>
    public long Latest => Volatile.Read(ref _latest);

    /// <summary>The number of the oldest bin that can safely be copied while the loop writes the next.</summary>
    public long Oldest => Latest == long.MinValue ? long.MaxValue : Math.Max(Volatile.Read(ref _first), Latest - _bins.Length + 2);

    /// <summary>Loop: takes a copy of a bin; numbers rise by one.</summary>
    public void Add(Bin bin)
    {
        _bins[Slot(bin.Index)].CopyFrom(bin);
        if (_latest == long.MinValue)
        {
            Volatile.Write(ref _first, bin.Index);
        }
        Volatile.Write(ref _latest, bin.Index);
    }

    /// <summary>Copies a bin. False if it is not there, or the loop overwrote it meanwhile.</summary>
    public bool TryCopy(long index, Bin into)
    {
        if (index > Latest || index < Oldest)
        {
            return false;
        }
        into.CopyFrom(_bins[Slot(index)]);
        Interlocked.MemoryBarrier(); // the copy's reads come before the look at what is being overwritten
        return index >= Oldest && into.Index == index;
    }

    private int Slot(long index) => (int)(((index % _bins.Length) + _bins.Length) % _bins.Length);
}
