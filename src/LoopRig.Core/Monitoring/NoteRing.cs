using System.Numerics;

namespace LoopRig.Core;

/// <summary>A ring of notes between one thread that writes and one that reads, built once. A note that finds it full is left out and counted.</summary>
internal sealed class NoteRing
{
    private readonly FaultNote[] _notes;
    private readonly int _mask;
    private PaddedSequence _written;
    private PaddedSequence _read;
    private long _leftOut;

    public NoteRing(int capacity)
    {
        _notes = new FaultNote[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _notes.Length - 1;
    }

    /// <summary>Notes that found no room.</summary>
    public long LeftOut => Volatile.Read(ref _leftOut);

    public void Add(in FaultNote note)
    {
        var next = _written.Own();
        if (next - _read.Read() > _mask)
        {
            Volatile.Write(ref _leftOut, _leftOut + 1);
            return;
        }
        _notes[next & _mask] = note;
        _written.Write(next + 1);
    }

    public bool TryTake(out FaultNote note)
    {
        var next = _read.Own();
        if (next == _written.Read())
        {
            note = default;
            return false;
        }
        note = _notes[next & _mask];
        _read.Write(next + 1);
        return true;
    }
}
