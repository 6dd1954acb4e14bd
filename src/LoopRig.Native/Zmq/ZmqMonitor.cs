using System.Buffers.Binary;
using System.Text;

namespace LoopRig.Native.Zmq;

/// <summary>Reports connections made and lost on one socket: how a rig knows that a publisher went away.</summary>
public sealed class ZmqMonitor : IDisposable
{
    private readonly ZmqSocket _watched;
    private readonly ZmqSocket _events;
    private readonly byte[] _endpoint = new byte[1024];

    /// <summary>Starts watching a socket, on the thread that uses it; one monitor a socket.</summary>
    public ZmqMonitor(ZmqContext context, ZmqSocket watched, ZmqEvent events = ZmqEvent.All)
    {
        _watched = watched;
        string endpoint = $"inproc://looprig-monitor-{Guid.NewGuid():N}";
        watched.StartMonitor(endpoint, (int)events);
        _events = context.CreateSocket(ZmqSocketType.Pair);
        _events.Connect(endpoint);
    }

    /// <summary>The socket on which events arrive, to be polled beside others.</summary>
    public ZmqSocket Socket => _events;

    /// <summary>Takes the next event if there is one within the time given; allocates only the endpoint's text.</summary>
    /// <param name="timeoutMs">how long to wait; -1 for ever</param>
    /// <param name="kind">what happened</param>
    /// <param name="endpoint">where</param>
    public bool TryTake(int timeoutMs, out ZmqEvent kind, out string endpoint)
    {
        Span<byte> head = stackalloc byte[6];
        _events.ReceiveTimeoutMs = timeoutMs;
        kind = ZmqEvent.None;
        endpoint = "";
        if (!_events.Receive(head, out _)) return false;
        kind = (ZmqEvent)BinaryPrimitives.ReadUInt16LittleEndian(head);
        if (!_events.HasMore || !_events.Receive(_endpoint, out int length)) return true;
        endpoint = Encoding.UTF8.GetString(_endpoint, 0, Math.Min(length, _endpoint.Length));
        return true;
    }

    /// <summary>Stops watching; dispose it before the watched socket.</summary>
    public void Dispose()
    {
        _watched.StartMonitor(null, 0);
        _events.Dispose();
    }
}
