using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;

namespace LoopRig.Native.Zmq;

/// <summary>
/// A libzmq socket. Not thread-safe: one thread uses it at a time, as libzmq asks. Sending, receiving and polling allocate no managed memory.
/// Linger is 0 unless set, so that closing never waits.
/// </summary>
/// <remarks>Every failure throws a <see cref="DeviceException"/> that names the endpoint; a full queue or a time-out is a return value.</remarks>
public sealed class ZmqSocket : IDisposable
{
    private readonly SocketHandle _handle;
    private string _name;

    internal ZmqSocket(ContextHandle context, ZmqSocketType type)
    {
        _name = type.ToString();
        _handle = new SocketHandle(context, (int)type);
        if (_handle.IsInvalid) ZmqError.Throw(_name, "creating a socket");
        LingerMs = 0;
    }

    internal SocketHandle Handle => _handle;

    /// <summary>Where the socket was last bound, with the port that was chosen for "tcp://127.0.0.1:*".</summary>
    public unsafe string LastEndpoint
    {
        get
        {
            byte* text = stackalloc byte[1024];
            nuint length = 1024;
            if (ZmqNative.GetOption(_handle, (int)ZmqOption.LastEndpoint, text, &length) != 0) ZmqError.Throw(_name, "reading the endpoint");
            return Marshal.PtrToStringUTF8((nint)text)!;
        }
    }

    /// <summary>Messages queued per peer before PUB drops or PUSH blocks; set before bind or connect.</summary>
    public int SendHighWaterMark { get => Get(ZmqOption.SendHighWaterMark); set => Set(ZmqOption.SendHighWaterMark, value); }

    /// <summary>Messages queued per peer at the receiving side; set before bind or connect.</summary>
    public int ReceiveHighWaterMark { get => Get(ZmqOption.ReceiveHighWaterMark); set => Set(ZmqOption.ReceiveHighWaterMark, value); }

    /// <summary>How long unsent messages are kept after closing, ms; -1 for ever.</summary>
    public int LingerMs { get => Get(ZmqOption.Linger); set => Set(ZmqOption.Linger, value); }

    /// <summary>How long a blocking receive waits, ms; -1 for ever.</summary>
    public int ReceiveTimeoutMs { get => Get(ZmqOption.ReceiveTimeout); set => Set(ZmqOption.ReceiveTimeout, value); }

    /// <summary>How long a blocking send waits, ms; -1 for ever.</summary>
    public int SendTimeoutMs { get => Get(ZmqOption.SendTimeout); set => Set(ZmqOption.SendTimeout, value); }

    /// <summary>True: nothing is queued for a peer whose connection is not complete.</summary>
    public bool Immediate { get => Get(ZmqOption.Immediate) != 0; set => Set(ZmqOption.Immediate, value ? 1 : 0); }

    /// <summary>The part of the message that was just received is followed by another.</summary>
    public bool HasMore => Get(ZmqOption.ReceiveMore) != 0;

    /// <summary>Refuses longer messages by dropping the peer that sent one; -1 for no limit.</summary>
    public unsafe long MaxMessageBytes
    {
        set
        {
            if (ZmqNative.SetOption(_handle, (int)ZmqOption.MaxMessageSize, &value, sizeof(long)) != 0) ZmqError.Throw(_name, "setting the longest message");
        }
    }

    /// <summary>XPUB: also reports every repeated subscription, and every unsubscription, so that subscribers can be counted.</summary>
    public void ReportEverySubscription() => Set(ZmqOption.XPubVerboser, 1);

    /// <summary>Listens at an endpoint ("tcp://127.0.0.1:5601", "tcp://127.0.0.1:*", "ipc:///run/x").</summary>
    /// <exception cref="DeviceException">The port is in use, or the address is not this machine's.</exception>
    public void Bind(string endpoint)
    {
        if (ZmqNative.Bind(_handle, endpoint) != 0) ZmqError.Throw(endpoint, "bind");
        _name = LastEndpoint;
    }

    /// <summary>Connects to an endpoint, in the background: the peer may start later.</summary>
    public void Connect(string endpoint)
    {
        if (ZmqNative.Connect(_handle, endpoint) != 0) ZmqError.Throw(endpoint, "connect");
        _name = endpoint;
    }

    /// <summary>Stops listening at an endpoint, spelled as <see cref="LastEndpoint"/> gave it.</summary>
    public void Unbind(string endpoint)
    {
        if (ZmqNative.Unbind(_handle, endpoint) != 0) ZmqError.Throw(endpoint, "unbind");
    }

    /// <summary>Ends the connection to an endpoint.</summary>
    public void Disconnect(string endpoint)
    {
        if (ZmqNative.Disconnect(_handle, endpoint) != 0) ZmqError.Throw(endpoint, "disconnect");
    }

    /// <summary>SUB: also receives what starts with this prefix; an empty one receives everything.</summary>
    public void Subscribe(ReadOnlySpan<byte> prefix) => Set(ZmqOption.Subscribe, prefix, "subscribe");

    /// <summary>SUB: also receives what starts with this prefix.</summary>
    public void Subscribe(string prefix) => Subscribe(Encoding.UTF8.GetBytes(prefix));

    /// <summary>SUB: takes one subscription back.</summary>
    public void Unsubscribe(ReadOnlySpan<byte> prefix) => Set(ZmqOption.Unsubscribe, prefix, "unsubscribe");

    /// <summary>Sends one part, waiting up to <see cref="SendTimeoutMs"/>; false when the queue stayed full.</summary>
    /// <param name="data">the bytes; copied</param>
    /// <param name="more">another part of the same message follows</param>
    public bool Send(ReadOnlySpan<byte> data, bool more = false) => Send(data, more ? ZmqNative.SendMore : 0);

    /// <summary>Sends one part if that needs no waiting; false when the queue is full.</summary>
    public bool TrySend(ReadOnlySpan<byte> data, bool more = false) => Send(data, ZmqNative.DontWait | (more ? ZmqNative.SendMore : 0));

    /// <summary>Receives one part, waiting up to <see cref="ReceiveTimeoutMs"/>.</summary>
    /// <param name="buffer">takes as much as fits; the rest of the part is lost</param>
    /// <param name="length">the part's true length: more than the buffer's means it was cut</param>
    /// <returns>false on time-out</returns>
    public bool Receive(Span<byte> buffer, out int length) => Receive(buffer, 0, out length);

    /// <summary>Receives one part if one is there.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, out int)"/>
    public bool TryReceive(Span<byte> buffer, out int length) => Receive(buffer, ZmqNative.DontWait, out length);

    /// <summary>Reads and discards what is left of the message whose part was received last; gives the number of parts.</summary>
    public int DiscardRest()
    {
        int parts = 0;
        while (HasMore)
        {
            Receive([], 0, out _);
            parts++;
        }

        return parts;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _handle.Dispose();

    internal void StartMonitor(string? endpoint, int events)
    {
        if (ZmqNative.SocketMonitor(_handle, endpoint, events) != 0) ZmqError.Throw(_name, "monitoring");
    }

    private unsafe bool Send(ReadOnlySpan<byte> data, int flags)
    {
        fixed (byte* at = data)
        {
            while (ZmqNative.Send(_handle, at, (nuint)data.Length, flags) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == ZmqNative.EAgain) return false;
                if (error != ZmqNative.EIntr) ZmqError.Throw(_name, "send");
            }
        }

        return true;
    }

    private unsafe bool Receive(Span<byte> buffer, int flags, out int length)
    {
        fixed (byte* at = buffer)
        {
            while ((length = ZmqNative.Receive(_handle, at, (nuint)buffer.Length, flags)) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == ZmqNative.EAgain) return false;
                if (error != ZmqNative.EIntr) ZmqError.Throw(_name, "receive");
            }
        }

        return true;
    }

    private unsafe int Get(ZmqOption option)
    {
        int value = 0;
        nuint length = sizeof(int);
        if (ZmqNative.GetOption(_handle, (int)option, &value, &length) != 0) ZmqError.Throw(_name, $"reading {option}");
        return value;
    }

    private unsafe void Set(ZmqOption option, int value)
    {
        if (ZmqNative.SetOption(_handle, (int)option, &value, sizeof(int)) != 0) ZmqError.Throw(_name, $"setting {option} to {value}");
    }

    private unsafe void Set(ZmqOption option, ReadOnlySpan<byte> value, string verb)
    {
        fixed (byte* at = value)
        {
            if (ZmqNative.SetOption(_handle, (int)option, at, (nuint)value.Length) != 0) ZmqError.Throw(_name, verb);
        }
    }
}
