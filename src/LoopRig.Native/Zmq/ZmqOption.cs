namespace LoopRig.Native.Zmq;

/// <summary>Option numbers of zmq.h.</summary>
internal enum ZmqOption
{
    Subscribe = 6,
    Unsubscribe = 7,
    ReceiveMore = 13,
    Linger = 17,
    SendHighWaterMark = 23,
    ReceiveHighWaterMark = 24,
    ReceiveTimeout = 27,
    SendTimeout = 28,
    LastEndpoint = 32,
    Immediate = 39,
    MaxMessageSize = 22,
    XPubVerboser = 78,
}
