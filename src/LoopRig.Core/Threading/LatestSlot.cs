namespace LoopRig.Core;

/// <summary>
/// Latest wins: one writer, one reader, three buffers built once. The reader's buffer is never written; a value that was replaced unread is counted.
/// </summary>
/// <typeparam name="T">The buffer, mutable and reused.</typeparam>
public sealed class LatestSlot<T> where T : class
{
    private const int Fresh = 4;
    private readonly T[] _buffers;
    private int _writing;
    private int _reading = 1;
    private int _shared = 2;
    private long _replaced;

    /// <summary>Builds the three buffers.</summary>
    public LatestSlot(Func<T> create) => _buffers = [create(), create(), create()];

    /// <summary>Values that a newer one replaced before they were read.</summary>
    public long Replaced => Volatile.Read(ref _replaced);

    /// <summary>Writer: the buffer to fill before <see cref="Publish"/>.</summary>
    public T Writing => _buffers[_writing];

    /// <summary>Writer: hands the filled buffer over and takes another.</summary>
    public void Publish()
    {
        var previous = Interlocked.Exchange(ref _shared, _writing | Fresh);
        if ((previous & Fresh) != 0)
        {
            Volatile.Write(ref _replaced, _replaced + 1);
        }
        _writing = previous & 3;
    }

    /// <summary>Reader: the newest value if there is one that was not read yet. It stays the reader's until the next call.</summary>
    public bool TryRead(out T value)
    {
        if ((Volatile.Read(ref _shared) & Fresh) == 0)
        {
            value = _buffers[_reading];
            return false;
        }
        _reading = Interlocked.Exchange(ref _shared, _reading) & 3;
        value = _buffers[_reading];
        return true;
    }
}
