using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Native.Tests.Zmq;

public sealed class ZmqMonitorTests
{
    [Fact]
    public void TryTake_PeerComesAndGoes_ReportsBoth()
    {
        using ZmqContext context = new();
        using ZmqSocket publisher = context.CreateSocket(ZmqSocketType.Pub);
        publisher.Bind("tcp://127.0.0.1:*");
        string endpoint = publisher.LastEndpoint;
        using ZmqSocket subscriber = context.CreateSocket(ZmqSocketType.Sub);
        using ZmqMonitor monitor = new(context, subscriber, ZmqEvent.HandshakeSucceeded | ZmqEvent.Disconnected);
        subscriber.Connect(endpoint);

        Assert.True(monitor.TryTake(20_000, out ZmqEvent kind, out string where));
        Assert.Equal(ZmqEvent.HandshakeSucceeded, kind);
        Assert.Equal(endpoint, where);
        publisher.Dispose();
        Assert.True(monitor.TryTake(20_000, out kind, out _));
        Assert.Equal(ZmqEvent.Disconnected, kind);
    }

    [Fact]
    public void TryTake_NothingHappens_TimesOut()
    {
        using ZmqContext context = new();
        using ZmqSocket socket = context.CreateSocket(ZmqSocketType.Sub);
        using ZmqMonitor monitor = new(context, socket);
        Assert.False(monitor.TryTake(1, out ZmqEvent kind, out _));
        Assert.Equal(ZmqEvent.None, kind);
    }
}
