using System.Diagnostics.CodeAnalysis;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Recording;

/// <summary>
/// Records a run: a thread that takes every message which the adapters push, and what the loop leaves in its inlets, and writes them to the session's log.
/// When it fails - the disk is full, say - <see cref="Faulted"/> is signalled and the inlets throw: the run must stop, nothing is thinned in silence.
/// </summary>
public sealed class SessionRecorder : IDisposable
{
    /// <summary>The room of an inlet unless asked otherwise: 25 s of the predictions of 7500 units at 21 bins a second.</summary>
    public const int DefaultInletBytes = 16 << 20;
    private const int WaitMs = 5;
    private const int BatchMessages = 256;
    private const long DrainNs = 5 * RigClock.SecondNs;
    // The drain ends after so many waits in a row without a message, 200 ms: on a loaded machine libzmq's thread may bring the last ones late.
    private const int QuietWaits = 200 / WaitMs;
    // Messages that wait here per adapter; the adapter's own queue holds the 2 s of back-pressure.
    private const int ReceiveQueue = 64;

    private readonly SessionWriter _log;
    private readonly SessionClocks _clocks;
    private RecordInlet[] _inlets = [];
    private readonly List<ZmqSocket> _sockets = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _faulted = new();
    private readonly ManualResetEvent _stop = new(false);
    private readonly byte[] _topic = new byte[WireFormat.MaxTopicLength + 1];
    private readonly byte[] _header = new byte[WireFormat.HeaderLength + 1];
    private readonly byte[] _payload = GC.AllocateUninitializedArray<byte>(WireFormat.MaxPayload);
    private readonly Thread _thread;
    private RecordingException? _fault;
    private string? _endedBy;
    private long _received;
    private long _refused;

    /// <summary>Prepares to record into a session; the recorder owns it from here.</summary>
    public SessionRecorder(SessionWriter log)
    {
        _log = log;
        _clocks = new SessionClocks(log.Info.SyncReference);
        _thread = new Thread(Run) { Name = "recorder" };
    }

    /// <summary>The session's folder.</summary>
    public string Folder => _log.Folder;

    /// <summary>Why recording has failed; null while it goes on.</summary>
    public RecordingException? Fault => Volatile.Read(ref _fault);

    /// <summary>Signalled when recording has failed.</summary>
    public CancellationToken Faulted => _faulted.Token;

    /// <summary>The clocks of the devices whose messages were recorded so far. Any thread may read them.</summary>
    public IReadOnlyList<ClockModel> Clocks => _clocks.Devices;

    /// <summary>Sees each message that was recorded, on the recorder's thread; set before <see cref="Start"/>, null for none.</summary>
    public IMessageObserver? Observer { get; set; }

    /// <summary>Messages taken from the adapters.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Malformed messages that were not recorded.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Records written so far.</summary>
    public long Records => _log.Records;

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten => _log.BytesWritten;

    /// <summary>Listens for messages that adapters push; before <see cref="Start"/>.</summary>
    /// <returns>The endpoint, with the port that was chosen.</returns>
    /// <exception cref="DeviceException">The endpoint is in use or not this machine's.</exception>
    public string Listen(ZmqContext context, string endpoint)
    {
        var socket = context.CreateSocket(ZmqSocketType.Pull);
        _sockets.Add(socket);
        socket.ReceiveHighWaterMark = ReceiveQueue;
        socket.MaxMessageBytes = WireFormat.MaxPayload;
        socket.ReceiveTimeoutMs = WaitMs;
        socket.Bind(endpoint);
        return socket.LastEndpoint;
    }

    /// <summary>Opens a way into the log for one thread of the loop.</summary>
    public RecordInlet OpenInlet(string name, int bytes = DefaultInletBytes)
    {
        var inlet = new RecordInlet(this, name, bytes);
        lock (_gate)
        {
            Volatile.Write(ref _inlets, [.. _inlets, inlet]); // the recorder's thread may be going through the old ones
        }
        return inlet;
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Takes what still waits, then closes the session. The adapters and the loop have stopped before.</summary>
    /// <param name="fault">Why the run ended, when it did not end well.</param>
    /// <exception cref="RecordingException">The session could not be closed in order; what was flushed is readable.</exception>
    public void Stop(string? fault = null)
    {
        _endedBy ??= fault;
        _stop.Set();
        if (_thread.IsAlive) _thread.Join();
        _log.Close(_endedBy ?? Fault?.Message);
    }

    /// <summary>Stops if that was not done, and closes the sockets.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive) _thread.Join();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
        _log.Dispose();
        _stop.Dispose();
        _faulted.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "whatever fails here stops the run, not the process: the loop must end in order")]
    private void Run()
    {
        try
        {
            while (!_stop.WaitOne(0))
            {
                if (RunOnce() == 0) Wait();
            }
            Drain();
        }
        catch (Exception e)
        {
            Fail(e as RecordingException ?? new RecordingException($"session {Folder}: {e.Message}", e));
        }
    }

    // Takes what was under way when the run stopped. Without sockets nothing is: the loop's threads have left all they had in the inlets.
    private void Drain()
    {
        var until = RigClock.Now + DrainNs;
        for (var quiet = 0; quiet < QuietWaits && RigClock.Now < until; quiet++)
        {
            if (RunOnce() + Wait() > 0) quiet = -1;
            else if (_sockets.Count == 0) return;
        }
    }

    private void Fail(RecordingException fault)
    {
        Volatile.Write(ref _fault, fault);
        try
        {
            _faulted.Cancel();
        }
        catch (AggregateException)
        {
            // One that listens for the fault has failed itself; the fault stands, and the token is signalled.
        }
    }

    // The recorder's hot path: everything that waits, then the flush if it is due.
    internal int RunOnce()
    {
        var taken = 0;
        foreach (var socket in _sockets)
        {
            taken += DrainSocket(socket);
        }
        foreach (var inlet in Volatile.Read(ref _inlets))
        {
            taken += inlet.DrainInto(_log);
        }
        _log.FlushWhenDue(RigClock.Now);
        return taken;
    }

    private int DrainSocket(ZmqSocket socket)
    {
        var taken = 0;
        while (taken < BatchMessages && socket.TryReceive(_topic, out var topicLength))
        {
            TakeMessage(socket, topicLength);
            taken++;
        }
        return taken;
    }

    // Waits for the first socket's next message, or for the stop where there is no socket; inlets wait in memory meanwhile.
    private int Wait()
    {
        if (_sockets.Count == 0)
        {
            _stop.WaitOne(WaitMs);
            return 0;
        }
        if (!_sockets[0].Receive(_topic, out var topicLength)) return 0;
        TakeMessage(_sockets[0], topicLength);
        return 1;
    }

    private void TakeMessage(ZmqSocket socket, int topicLength)
    {
        var now = RigClock.Now;
        if (!TryReceivePart(socket, _header, out var headerLength) || !TryReceivePart(socket, _payload, out var payloadLength) || socket.HasMore)
        {
            socket.DiscardRest();
            Refuse([], now);
            return;
        }
        var topic = _topic.AsSpan(0, Math.Min(topicLength, _topic.Length));
        var header = _header.AsSpan(0, Math.Min(headerLength, _header.Length));
        var payload = _payload.AsSpan(0, Math.Min(payloadLength, _payload.Length));
        var error = WireFormat.TryRead(topic, header, payload, out var read);
        if (error != WireError.None)
        {
            Refuse(error == WireError.Topic ? [] : topic, now);
            return;
        }
        Volatile.Write(ref _received, _received + 1);
        _log.WriteMessage(topic, header, payload, now);
        Observer?.Seen(topic, read, payload, now);
        if (_clocks.Take(topic, read, payload) is { } clock) _log.WriteEvent(SessionEvent.Clock(ClockEntry.Of(clock)), now);
    }

    private static bool TryReceivePart(ZmqSocket socket, Span<byte> part, out int length)
    {
        length = 0;
        return socket.HasMore && socket.Receive(part, out length) && length <= part.Length;
    }

    private void Refuse(ReadOnlySpan<byte> topic, long nowNs)
    {
        Volatile.Write(ref _refused, _refused + 1);
        if (!topic.IsEmpty) _log.WriteDrop(topic, new DropRecord(DropEdge.Recorder, 0, 0, 1), nowNs);
    }
}
