namespace LoopRig.Native.Zmq;

/// <summary>The socket types of zmq.h that the rig uses.</summary>
public enum ZmqSocketType
{
    /// <summary>Two sockets, one to one; within a process.</summary>
    Pair = 0,

    /// <summary>Sends to every subscriber, drops for those that cannot follow.</summary>
    Pub = 1,

    /// <summary>Receives what it subscribed to.</summary>
    Sub = 2,

    /// <summary>Asks, then waits for the answer.</summary>
    Req = 3,

    /// <summary>Answers.</summary>
    Rep = 4,

    /// <summary>Receives from every pusher, fairly.</summary>
    Pull = 7,

    /// <summary>Sends to one of its pullers; blocks when all are full.</summary>
    Push = 8,

    /// <summary>PUB that also receives its subscribers' subscriptions.</summary>
    XPub = 9,
}
