using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Recording;

/// <summary>
/// The thread that asks the disk to keep what was written: every 2 s, so that a power cut costs no more, and away from the recorder's thread because an
/// fsync may take as long as the disk likes.
/// </summary>
internal sealed class DiskSync : IDisposable
{
    private readonly Lock _handles = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly List<SafeFileHandle> _finished = [];
    private SafeFileHandle? _current;
    private IOException? _failure;
    private bool _stop;

    public DiskSync(TimeSpan interval)
    {
        _thread = new Thread(() => Run(interval)) { Name = "recorder fsync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why the disk refused, if it did.</summary>
    public IOException? Failure => Volatile.Read(ref _failure);

    /// <summary>From now on this segment is written; the one before is synced a last time and closed.</summary>
    public void Follow(SafeFileHandle? segment)
    {
        lock (_handles)
        {
            if (_current is not null) _finished.Add(_current);
            _current = segment;
        }
        _wake.Set();
    }

    /// <summary>Syncs and closes everything, and ends the thread.</summary>
    public void Dispose()
    {
        Follow(null);
        Volatile.Write(ref _stop, true);
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run(TimeSpan interval)
    {
        while (!Volatile.Read(ref _stop))
        {
            _wake.WaitOne(interval);
            SyncAll();
        }
        SyncAll();
    }

    private void SyncAll()
    {
        SafeFileHandle[] finished;
        SafeFileHandle? current;
        lock (_handles)
        {
            finished = [.. _finished];
            _finished.Clear();
            current = _current;
        }
        foreach (var handle in finished)
        {
            Sync(handle);
            handle.Dispose();
        }
        if (current is not null) Sync(current);
    }

    [SuppressMessage("Design", "CA1031", Justification = "the recorder's next flush reports it; on this thread it would end the process")]
    private void Sync(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _failure, e as IOException ?? new IOException(e.Message, e));
        }
    }
}
