using LoopRig.Native.LibC;

namespace LoopRig.Inference;

/// <summary>A named thread that repeats a loop's <see cref="ILoop.RunOnce"/> until it is stopped, and knows how much it allocated.</summary>
public sealed class LoopThread : IDisposable
{
    private readonly ILoop _loop;
    private readonly Action<Exception>? _onFault;
    private readonly Action? _prepare;
    private readonly int _realTimePriority;
    private readonly Thread _thread;
    private volatile bool _stop;
    private long _allocated;
    private bool _started;

    /// <summary>Prepares the thread.</summary>
    /// <param name="name">Its name, in the debugger and in <c>top</c>.</param>
    /// <param name="loop">What it repeats.</param>
    /// <param name="prepare">What the thread does once before: warm-up belongs to the thread that runs warm.</param>
    /// <param name="onFault">Told of the exception that ended the loop.</param>
    /// <param name="realTimePriority">SCHED_FIFO priority, 1 to 99, where the system permits it; 0 leaves the ordinary scheduling.</param>
    public LoopThread(string name, ILoop loop, Action? prepare = null, Action<Exception>? onFault = null, int realTimePriority = 0)
    {
        (_loop, _prepare, _onFault, _realTimePriority) = (loop, prepare, onFault, realTimePriority);
        _thread = new Thread(Repeat) { Name = name, IsBackground = true, Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Managed bytes that the thread has allocated so far.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    /// <summary>What ended the loop; null while it runs or if it was stopped.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _started = true;
        _thread.Start();
    }

    /// <summary>Asks the loop to end and waits for the end of its current pass.</summary>
    public void Stop()
    {
        _stop = true;
        _loop.Wake();
        if (_started && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    /// <summary>Stops the thread.</summary>
    public void Dispose() => Stop();

    private void Repeat()
    {
        try
        {
            ThreadTuning.SetName(_thread.Name!);
            if (_realTimePriority > 0)
            {
                ThreadTuning.TrySetRealTime(_realTimePriority);
            }
            _prepare?.Invoke();
            while (!_stop)
            {
                if (!_loop.RunOnce())
                {
                    Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
                    _loop.Wait();
                }
            }
        }
        catch (Exception e) // the thread's last stand: whatever it was, the rig is told and stops in order
        {
            Fault = e;
            _onFault?.Invoke(e);
        }
        Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
    }
}
