namespace LoopRig.Core;

/// <summary>The last pulses of one device, oldest first, from the first that was not taken yet. A pulse beyond the room pushes the oldest out.</summary>
internal sealed class PulseTrain(int room)
{
    private const double Forget = 0.95;
    private readonly long[] _times = new long[room];
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>By how much the coarsest of the last pulses may be wrong to either side, ns.</summary>
    public double ResolutionNs { get; private set; }

    /// <summary>The mean square of that over the last pulses.</summary>
    public double SquareNs { get; private set; }

    /// <summary>A pulse's time, ns; 0 is the oldest.</summary>
    public long this[int index] => _times[(_first + index) % room];

    /// <summary>Adds a pulse. One that is not after the newest is none: its edge was seen twice.</summary>
    public void Add(long ns, long resolutionNs)
    {
        if (Count > 0 && ns <= this[Count - 1])
        {
            return;
        }
        ResolutionNs = Math.Max(Forget * ResolutionNs, resolutionNs);
        SquareNs += (1 - Forget) * ((double)resolutionNs * resolutionNs - SquareNs);
        if (Count == room)
        {
            Take();
        }
        _times[(_first + Count++) % room] = ns;
    }

    /// <summary>The oldest that waits.</summary>
    public bool TryPeek(out long ns)
    {
        ns = Count > 0 ? _times[_first] : 0;
        return Count > 0;
    }

    /// <summary>Takes the oldest.</summary>
    public void Take()
    {
        _first = (_first + 1) % room;
        Count--;
    }

    /// <summary>Takes all up to and with this one.</summary>
    public void TakeUpTo(int index)
    {
        for (var i = 0; i <= index; i++)
        {
            Take();
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;
}
