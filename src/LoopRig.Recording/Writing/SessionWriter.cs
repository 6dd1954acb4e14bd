using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Recording;

/// <summary>
/// Writes one session: a folder with <c>session.json</c> and a log that only grows. Records gather in a buffer that goes to the file every 50 ms (so that with
/// the way here a killed process loses less than 100 ms) or when it is full; another thread syncs the file every 2 s. One thread writes. After the
/// start a record allocates nothing; a new segment or a new stream does, a little.
/// </summary>
public sealed class SessionWriter : IRecordOutput, IDisposable
{
    /// <summary>A segment is closed at this size and the next one begun.</summary>
    public const long DefaultSegmentBytes = 1L << 30;
    /// <summary>How long a record may wait in the buffer, ns.</summary>
    public const long FlushNs = 50 * RigClock.MillisecondNs;
    private static readonly TimeSpan s_syncInterval = TimeSpan.FromSeconds(2);
    private const int FlushBytes = 4 << 20;

    private readonly long _segmentBytes;
    private readonly SessionTally _tally;
    private readonly DiskSync _sync = new(s_syncInterval);
    private readonly SafeFileHandle _lock;
    private readonly List<ClockEntry> _clocks = [];
    // Room for a full flush and the largest record behind it. Never cleared: memory that is not touched costs no pages.
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(FlushBytes + RecordFormat.HeaderLength + RecordFormat.MaxBody);
    private readonly byte[] _streamTable;
    private readonly DescriptorStore _descriptors = new();
    private SafeFileHandle _file = null!;
    private int _segment = -1;
    private long _fileLength;
    // What the segment began with; one that holds no more takes a record of any length.
    private long _segmentHead;
    private int _used;
    private int _claimed;
    private RecordHead _head;
    private ulong _nextNumber;
    private long _oldestNs;
    private RecordingException? _fault;
    private bool _closed;

    /// <summary>Creates the folder, its description and the first segment.</summary>
    /// <param name="folder">Must not hold a session yet; see <see cref="SessionFolder.NameNew"/>.</param>
    /// <param name="info">What is known at the start; id, state and times are set here.</param>
    /// <param name="segmentBytes">At which size a segment is closed.</param>
    /// <exception cref="RecordingException">The folder holds a session, or cannot be written.</exception>
    public SessionWriter(string folder, SessionInfo info, long segmentBytes = DefaultSegmentBytes)
    {
        Folder = Path.GetFullPath(folder);
        _segmentBytes = segmentBytes;
        _tally = new SessionTally(info.PredictionStream);
        _streamTable = SessionEvent.Streams(info.InputStreams, info.PredictionStream);
        Info = info with { State = SessionState.Recording, StartedUtc = DateTime.UtcNow, StartedNs = RigClock.Now };
        try
        {
            Directory.CreateDirectory(Folder);
            if (SessionFolder.IsSession(Folder)) throw new RecordingException($"session {Folder}: the folder holds a session already");
            _lock = SessionFolder.TryLock(Folder) ?? throw new RecordingException($"session {Folder}: another process records here");
            SessionFolder.WriteInfo(Folder, Info);
            BeginSegment();
            Flush();
        }
        catch (Exception e)
        {
            _sync.Dispose();
            _lock?.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw new RecordingException(SessionFolder.Explain(Folder, "cannot be created", e), e);
            throw;
        }
    }

    /// <summary>The session's folder.</summary>
    public string Folder { get; }

    /// <summary>The description as it stands.</summary>
    public SessionInfo Info { get; private set; }

    /// <summary>Records so far.</summary>
    public long Records => (long)Volatile.Read(ref _nextNumber);

    /// <summary>The number of the segment that is being written.</summary>
    public int Segment => _segment;

    /// <summary>Why recording has failed; null while it goes on.</summary>
    public RecordingException? Fault => Volatile.Read(ref _fault);

    /// <summary>Bytes handed to the operating system so far.</summary>
    public long BytesWritten { get; private set; }

    /// <inheritdoc/>
    public Span<byte> Claim(RecordKind kind, int topicLength, int bodyLength, long timeNs)
    {
        if (_fault is not null) throw _fault;
        ObjectDisposedException.ThrowIf(_closed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bodyLength, RecordFormat.MaxBody);
        var length = RecordFormat.HeaderLength + bodyLength;
        if (_fileLength + _used + length > _segmentBytes && _fileLength + _used > _segmentHead)
        {
            Flush();
            BeginSegment();
        }
        else if (_used + length > _buffer.Length)
        {
            Flush();
        }
        return ClaimInBuffer(kind, topicLength, bodyLength, timeNs);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        var record = _buffer.AsSpan(_used, _claimed);
        if (_descriptors.Knows(_head, record[RecordFormat.HeaderLength..]))
        {
            _claimed = 0;
            return;
        }
        Append(record);
    }

    /// <summary>Writes the buffer to the file when its oldest record is due. The recorder's thread calls it at least every 10 ms.</summary>
    /// <exception cref="RecordingException">The disk is full or refuses; what was written before is intact.</exception>
    public void FlushWhenDue(long nowNs)
    {
        if (_used > 0 && nowNs - _oldestNs >= FlushNs) Flush();
    }

    /// <summary>Writes the buffer to the file.</summary>
    /// <exception cref="RecordingException">The disk is full or refuses; what was written before is intact.</exception>
    public void Flush()
    {
        if (_fault is not null) throw _fault;
        try
        {
            if (_sync.Failure is { } failure) throw failure;
            RandomAccess.Write(_file, _buffer.AsSpan(0, _used), _fileLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(SessionFolder.Explain(Folder, $"{Path.GetFileName(SessionFolder.SegmentPath(Folder, _segment))} cannot be written", e), e);
        }
        _fileLength += _used;
        BytesWritten += _used;
        _used = 0;
    }

    /// <summary>What the log holds so far. The writing thread's.</summary>
    public SessionTotals Totals() => _tally.Totals();

    /// <summary>Flushes, syncs and writes the final description: closed, or faulted with the reason. Does nothing the second time.</summary>
    /// <param name="fault">Why the run ended, when it did not end well.</param>
    /// <exception cref="RecordingException">The end cannot be written; what was written before is intact.</exception>
    public void Close(string? fault = null)
    {
        if (_closed) return;
        try
        {
            if (_fault is null) Flush();
        }
        finally
        {
            _closed = true;
            _sync.Dispose();
            _lock.Dispose();
        }
        fault ??= _fault?.Message;
        Info = Info with
        {
            State = fault is null ? SessionState.Closed : SessionState.Faulted,
            EndedNs = RigClock.Now,
            Fault = fault,
            Clocks = [.. _clocks],
            // After a failed write the tally counts what never reached the file; readers then count for themselves.
            Totals = _fault is null ? _tally.Totals() : null,
        };
        SessionFolder.WriteInfo(Folder, Info);
        File.Delete(Path.Combine(Folder, SessionFolder.LockName));
    }

    /// <summary>Closes the session if that was not done.</summary>
    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (RecordingException)
        {
            // Close was the place to hear of it; the log stands as it was flushed last.
        }
    }

    private void Append(Span<byte> record)
    {
        RecordFormat.Seal(record, _head);
        _tally.Add(_head, record[RecordFormat.HeaderLength..]);
        if (_head.Kind == RecordKind.Event) KeepClock(record[RecordFormat.HeaderLength..]);
        if (_used == 0) _oldestNs = RigClock.Now;
        _used += _claimed;
        _claimed = 0;
        Volatile.Write(ref _nextNumber, _nextNumber + 1);
        if (_used >= FlushBytes) Flush();
    }

    private Span<byte> ClaimInBuffer(RecordKind kind, int topicLength, int bodyLength, long timeNs)
    {
        _head = new RecordHead(kind, topicLength, timeNs, _nextNumber);
        _claimed = RecordFormat.HeaderLength + bodyLength;
        return _buffer.AsSpan(_used + RecordFormat.HeaderLength, bodyLength);
    }

    // session.json ends with the newest model of each clock.
    private void KeepClock(ReadOnlySpan<byte> json)
    {
        if (SessionEvent.ClockOf(json) is not { } clock) return;
        _clocks.RemoveAll(c => c.Clock == clock.Clock && c.Name == clock.Name);
        _clocks.Add(clock);
    }

    private void BeginSegment()
    {
        _segment++;
        try
        {
            _file = File.OpenHandle(SessionFolder.SegmentPath(Folder, _segment), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(SessionFolder.Explain(Folder, $"segment {_segment} cannot be created", e), e);
        }
        _sync.Follow(_file);
        _fileLength = 0;
        var now = RigClock.Now;
        new SegmentStart(Info.Id, _segment, now, DateTime.UtcNow).WriteTo(ClaimInBuffer(RecordKind.SegmentStart, 0, SegmentStart.Length, now));
        Commit();
        // The bins of a segment can be read without session.json.
        _streamTable.CopyTo(ClaimInBuffer(RecordKind.Event, 0, _streamTable.Length, now));
        Commit();
        foreach (var (head, body) in _descriptors.Records)
        {
            if (_used + RecordFormat.HeaderLength + body.Length > _buffer.Length) Flush();
            body.CopyTo(ClaimInBuffer(head.Kind, head.TopicLength, body.Length, now));
            Append(_buffer.AsSpan(_used, _claimed));
        }
        _segmentHead = _fileLength + _used;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private void Fail(string message, Exception cause)
    {
        var fault = new RecordingException(message, cause);
        Volatile.Write(ref _fault, fault);
        throw fault;
    }
}
