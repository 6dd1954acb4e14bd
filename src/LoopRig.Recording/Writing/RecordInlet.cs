using System.Buffers.Binary;
using System.Numerics;
using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// The way from one thread of the loop into the log: a ring of bytes, built once, between that thread and the recorder's. It holds seconds of records, so
/// a slow disk does not touch the loop; when it is full the writing thread waits up to 2 s for room, then the run must stop. Nothing is thinned.
/// </summary>
public sealed class RecordInlet : IRecordOutput, ISessionSink
{
    // An entry: int32 length of the whole entry (a multiple of 8; negative: skip to the ring's start), kind, topic length, time; then the body.
    private const int EntryHeader = 24;
    private const long WaitNs = 2 * RigClock.SecondNs;
    private readonly SessionRecorder _recorder;
    private readonly byte[] _bytes;
    private readonly long _mask;
    private PaddedSequence _written;
    private PaddedSequence _read;
    private int _claimed;

    internal RecordInlet(SessionRecorder recorder, string name, int capacity)
    {
        _recorder = recorder;
        Name = name;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 4096));
        _bytes = GC.AllocateUninitializedArray<byte>(size);
        _mask = size - 1;
    }

    /// <summary>Whose records these are.</summary>
    public string Name { get; }

    /// <summary>Bytes of the ring.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Bytes that wait for the recorder now.</summary>
    public long Waiting => _written.Read() - _read.Read();

    /// <inheritdoc/>
    public Span<byte> Claim(RecordKind kind, int topicLength, int bodyLength, long timeNs)
    {
        var length = (EntryHeader + bodyLength + 7) & ~7;
        if (length > _bytes.Length / 2) throw new RecordingException($"record of {bodyLength} bytes: the inlet '{Name}' has {_bytes.Length} and takes half of that at most");
        var at = _written.Own();
        var toEnd = _bytes.Length - (int)(at & _mask);
        var skip = toEnd < length ? toEnd : 0;
        if (at + skip + length - _read.Read() > _bytes.Length) WaitForRoom(at + skip + length);
        if (_recorder.Fault is { } fault) throw fault;
        if (skip > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan((int)(at & _mask)), -1);
            at += skip;
            _written.Write(at);
        }
        var entry = _bytes.AsSpan((int)(at & _mask), length);
        BinaryPrimitives.WriteInt32LittleEndian(entry, length);
        entry[4] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)topicLength);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], bodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], timeNs);
        _claimed = length;
        return entry.Slice(EntryHeader, bodyLength);
    }

    /// <inheritdoc/>
    public void Commit() => _written.Write(_written.Own() + _claimed);

    /// <inheritdoc/>
    public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) => this.WriteMessage(topic, header, payload, RigClock.Now);

    /// <inheritdoc/>
    public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams) => this.WriteBin(bin, streams, RigClock.Now);

    /// <inheritdoc/>
    public void Drop(ReadOnlySpan<byte> topic, in DropRecord drop) => this.WriteDrop(topic, drop, RigClock.Now);

    /// <inheritdoc/>
    public void Late(ReadOnlySpan<byte> topic, in LateRecord late) => this.WriteLate(topic, late, RigClock.Now);

    /// <inheritdoc/>
    public void Event(ReadOnlySpan<byte> json) => this.WriteEvent(json, RigClock.Now);

    /// <summary>Recorder: moves what waits into the log; gives the number of records.</summary>
    internal int DrainInto(SessionWriter log)
    {
        var records = 0;
        for (var end = _written.Read(); _read.Own() < end;)
        {
            var at = _read.Own();
            var entry = _bytes.AsSpan((int)(at & _mask));
            var length = BinaryPrimitives.ReadInt32LittleEndian(entry);
            if (length < 0)
            {
                _read.Write(at + entry.Length);
                continue;
            }
            var bodyLength = BinaryPrimitives.ReadInt32LittleEndian(entry[8..]);
            var kind = (RecordKind)entry[4];
            var body = entry.Slice(EntryHeader, bodyLength);
            body.CopyTo(log.Claim(kind, BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]), bodyLength, BinaryPrimitives.ReadInt64LittleEndian(entry[16..])));
            log.Commit();
            _read.Write(at + length);
            records++;
        }
        return records;
    }

    private void WaitForRoom(long end)
    {
        var deadline = RigClock.Now + WaitNs;
        for (var spin = new SpinWait(); end - _read.Read() > _bytes.Length; spin.SpinOnce())
        {
            if (_recorder.Fault is { } fault) throw fault;
            if (RigClock.Now > deadline)
            {
                throw new RecordingException($"session {_recorder.Folder}: the recorder has taken nothing from '{Name}' for 2 s although {Waiting} bytes wait; the disk does not keep up");
            }
        }
    }
}
