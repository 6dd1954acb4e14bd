using LoopRig.Core;

namespace LoopRig.Simulation.Faults;

/// <summary>Holds messages up until they are due and sends them from a thread of its own, in the order in which they came, stream by stream.</summary>
internal sealed class DelayLine : IDisposable
{
    private readonly IFaultyOutput _output;
    private readonly PriorityQueue<Waiting, (long DueNs, long Number)> _queue = new();
    private readonly Dictionary<int, (int Count, long LastDueNs)> _streams = [];
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _more = new(false);
    private readonly Thread _thread;
    private long _number;
    private volatile bool _stopped;
    private volatile Exception? _failure;

    public DelayLine(IFaultyOutput output, string adapter)
    {
        _output = output;
        _thread = new Thread(Run) { Name = adapter + " delay", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether messages of a stream are held up, so that its next one must queue behind them.</summary>
    public bool HasWaiting(int stream)
    {
        lock (_gate)
            return _streams.GetValueOrDefault(stream).Count > 0;
    }

    /// <summary>Sends a copy of the message when it is due and those before it are out.</summary>
    /// <exception cref="DeviceException">The output has failed.</exception>
    public void Send(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, WireFault fault, long dueNs)
    {
        if (_failure is { } failure)
            throw failure;
        Waiting waiting = new(stream, header, payload.ToArray(), fault);
        lock (_gate)
        {
            (int count, long last) = _streams.GetValueOrDefault(stream);
            dueNs = Math.Max(dueNs, last);
            _streams[stream] = (count + 1, dueNs);
            _queue.Enqueue(waiting, (dueNs, _number++));
        }
        _more.Set();
    }

    /// <summary>Sends what still waits at once, and ends the thread.</summary>
    public void Dispose()
    {
        _stopped = true;
        _more.Set();
        _thread.Join();
        while (_failure is null && TryTake(long.MaxValue, out Waiting waiting, out _))
            Pass(waiting);
        _more.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopped)
            {
                if (TryTake(RigClock.Now, out Waiting waiting, out long nextNs))
                    Pass(waiting);
                else
                    _more.WaitOne(nextNs == long.MaxValue ? -1 : (int)Math.Ceiling(Math.Max(0, nextNs - RigClock.Now) / 1e6));
            }
        }
        catch (Exception e) when (e is LoopRigException or ObjectDisposedException)
        {
            _failure = e; // the adapter's to report: its next message meets it
        }
    }

    private void Pass(in Waiting waiting)
    {
        // Still counted as waiting while it goes out: the adapter's next message must not overtake it.
        _output.Publish(waiting.Stream, waiting.Header, waiting.Payload, waiting.Fault);
        lock (_gate)
        {
            (int count, long last) = _streams[waiting.Stream];
            _streams[waiting.Stream] = (count - 1, last);
        }
    }

    private bool TryTake(long nowNs, out Waiting waiting, out long nextNs)
    {
        lock (_gate)
        {
            bool any = _queue.TryPeek(out waiting, out (long DueNs, long Number) due);
            nextNs = any ? due.DueNs : long.MaxValue;
            return any && due.DueNs <= nowNs && _queue.TryDequeue(out waiting, out _);
        }
    }

    private readonly record struct Waiting(int Stream, FrameHeader Header, byte[] Payload, WireFault Fault);
}
