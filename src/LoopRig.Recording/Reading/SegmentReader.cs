using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Recording;

/// <summary>
/// Reads the records of one segment in order. Where a record is damaged it goes on at the next marker whose record is sound. Its buffer holds one block, or
/// one record if that is larger, never the file.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private const int Block = 1 << 20;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _length;
    private byte[] _buffer = new byte[Block];
    private long _bufferAt;
    private int _at;
    private int _filled;
    private int _recordLength;

    public SegmentReader(string path)
    {
        _path = path;
        try
        {
            _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _length = RandomAccess.GetLength(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw new RecordingException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The record's header.</summary>
    public RecordHead Head { get; private set; }

    /// <summary>The record's body, until the next read.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_at + RecordFormat.HeaderLength, _recordLength - RecordFormat.HeaderLength);

    /// <summary>Where the record begins in the file.</summary>
    public long Offset => _bufferAt + _at;

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length => _length;

    /// <summary>Where damage before this record (or before the end) begins; -1 when there is none.</summary>
    public long DamageOffset { get; private set; }

    /// <summary>Goes to the next sound record; false at the end. <see cref="DamageOffset"/> then says whether bytes were passed over.</summary>
    /// <param name="expected">The lowest number that the record may have; a sound record inside another's payload has a lower one, most likely.</param>
    /// <exception cref="RecordingException">The file cannot be read, or is of another version.</exception>
    public bool Read(ulong expected)
    {
        _at += _recordLength;
        _recordLength = 0;
        DamageOffset = -1;
        while (Ensure(RecordFormat.HeaderLength))
        {
            var body = RecordFormat.BodyLength(_buffer.AsSpan(_at, RecordFormat.HeaderLength));
            if (body >= 0 && Ensure(RecordFormat.HeaderLength + body)
                && RecordFormat.TryOpen(_buffer.AsSpan(_at, RecordFormat.HeaderLength + body), out var head) && (DamageOffset < 0 || head.Number >= expected))
            {
                if (_buffer[_at + 13] != RecordFormat.Version) throw new RecordingException($"{_path}: a record of version {_buffer[_at + 13]}; this program reads {RecordFormat.Version}");
                Head = head;
                _recordLength = RecordFormat.HeaderLength + body;
                return true;
            }
            if (DamageOffset < 0) DamageOffset = Offset;
            _at++;
            SkipToMarker();
        }
        if (DamageOffset < 0 && Offset < _length) DamageOffset = Offset;
        return false;
    }

    public void Dispose() => _file.Dispose();

    private void SkipToMarker()
    {
        var marker = RecordFormat.Marker;
        while (Ensure(marker.Length))
        {
            var found = _buffer.AsSpan(_at, _filled - _at).IndexOf(marker);
            if (found >= 0)
            {
                _at += found;
                return;
            }
            _at = _filled - (marker.Length - 1); // a marker may straddle the blocks
        }
    }

    // Makes the next bytes available at _at; false when the file ends before.
    private bool Ensure(int bytes)
    {
        if (_filled - _at >= bytes) return true;
        if (_length - Offset < bytes) return false;
        var rest = _buffer.AsSpan(_at, _filled - _at);
        var target = bytes <= _buffer.Length ? _buffer : new byte[Math.Max(bytes, Math.Min(2L * _buffer.Length, RecordFormat.HeaderLength + RecordFormat.MaxBody))];
        rest.CopyTo(target);
        _buffer = target;
        _bufferAt += _at;
        _filled = rest.Length;
        _at = 0;
        while (_filled < bytes)
        {
            var read = RandomAccess.Read(_file, _buffer.AsSpan(_filled), _bufferAt + _filled);
            if (read == 0) return false; // someone cut the file meanwhile
            _filled += read;
        }
        return true;
    }
}
