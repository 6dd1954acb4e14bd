namespace LoopRig.Native.Zmq;

/// <summary>What a socket's monitor reports; numbers of zmq.h.</summary>
[Flags]
public enum ZmqEvent
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A connection was made from this side.</summary>
    Connected = 0x0001,

    /// <summary>A connection is being tried in the background.</summary>
    ConnectDelayed = 0x0002,

    /// <summary>A failed connection is tried again.</summary>
    ConnectRetried = 0x0004,

    /// <summary>The socket listens.</summary>
    Listening = 0x0008,

    /// <summary>The address could not be bound.</summary>
    BindFailed = 0x0010,

    /// <summary>A connection from the other side was accepted.</summary>
    Accepted = 0x0020,

    /// <summary>A connection from the other side could not be accepted.</summary>
    AcceptFailed = 0x0040,

    /// <summary>A connection was closed.</summary>
    Closed = 0x0080,

    /// <summary>A connection could not be closed.</summary>
    CloseFailed = 0x0100,

    /// <summary>A connection broke.</summary>
    Disconnected = 0x0200,

    /// <summary>The monitor ended.</summary>
    MonitorStopped = 0x0400,

    /// <summary>The handshake failed for an unknown reason.</summary>
    HandshakeFailed = 0x0800,

    /// <summary>The connection is ready for messages.</summary>
    HandshakeSucceeded = 0x1000,

    /// <summary>The peer does not speak ZeroMQ as we do.</summary>
    HandshakeFailedProtocol = 0x2000,

    /// <summary>The peer was refused.</summary>
    HandshakeFailedAuthentication = 0x4000,

    /// <summary>Everything.</summary>
    All = 0xFFFF,
}
