using LoopRig.Core;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Native.Tests.Zmq;

public sealed class ZmqSocketTests : IDisposable
{
    private readonly ZmqContext _context = new();

    public static TheoryData<string> Endpoints => [Tcp, $"ipc://{Path.GetTempPath()}looprig-{Guid.NewGuid():N}"];

    private const string Tcp = "tcp://127.0.0.1:*";

    public void Dispose() => _context.Dispose();

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Send_PartsOverPushAndPull_ArriveWhole(string endpoint)
    {
        using ZmqSocket pull = Open(ZmqSocketType.Pull);
        using ZmqSocket push = Open(ZmqSocketType.Push);
        pull.Bind(endpoint);
        push.Connect(pull.LastEndpoint);

        Assert.True(push.Send("name\0"u8, more: true));
        Assert.True(push.Send([], more: true));
        Assert.True(push.Send("payload"u8));

        byte[] buffer = new byte[64];
        Assert.True(pull.Receive(buffer, out int length));
        Assert.Equal("name\0"u8, buffer.AsSpan(0, length));
        Assert.True(pull.HasMore);
        Assert.True(pull.Receive(buffer, out length));
        Assert.Equal(0, length);
        Assert.True(pull.HasMore);
        Assert.True(pull.Receive(buffer, out length));
        Assert.Equal("payload"u8, buffer.AsSpan(0, length));
        Assert.False(pull.HasMore);
    }

    [Fact]
    public void Receive_PartLongerThanTheBuffer_GivesTheTrueLength()
    {
        (ZmqSocket push, ZmqSocket pull) = Pair(ZmqSocketType.Push, ZmqSocketType.Pull);
        push.Send(new byte[1000]);
        push.Send("next"u8);

        byte[] buffer = new byte[10];
        Assert.True(pull.Receive(buffer, out int length));
        Assert.Equal(1000, length);
        Assert.True(pull.Receive(buffer, out length));
        Assert.Equal("next"u8, buffer.AsSpan(0, length));
        Close(push, pull);
    }

    [Fact]
    public void DiscardRest_OfALongMessage_LeavesTheNextOne()
    {
        (ZmqSocket push, ZmqSocket pull) = Pair(ZmqSocketType.Push, ZmqSocketType.Pull);
        for (int i = 0; i < 7; i++) push.Send("part"u8, more: i < 6);
        push.Send("next"u8);

        byte[] buffer = new byte[10];
        Assert.True(pull.Receive(buffer, out _));
        Assert.Equal(6, pull.DiscardRest());
        Assert.True(pull.Receive(buffer, out int length));
        Assert.Equal("next"u8, buffer.AsSpan(0, length));
        Close(push, pull);
    }

    [Fact]
    public void Request_IsAnswered()
    {
        (ZmqSocket request, ZmqSocket reply) = Pair(ZmqSocketType.Req, ZmqSocketType.Rep);
        byte[] buffer = new byte[10];
        request.Send("how?"u8);
        Assert.True(reply.Receive(buffer, out _));
        reply.Send("so"u8);
        Assert.True(request.Receive(buffer, out int length));
        Assert.Equal("so"u8, buffer.AsSpan(0, length));
        Close(request, reply);
    }

    [Fact]
    public void Subscribe_OnAnXPub_IsReportedAndFilters()
    {
        using ZmqSocket publisher = Open(ZmqSocketType.XPub);
        publisher.ReportEverySubscription();
        publisher.Bind(Tcp);
        using ZmqSocket subscriber = Open(ZmqSocketType.Sub);
        subscriber.Subscribe("wanted");
        subscriber.Connect(publisher.LastEndpoint);

        byte[] buffer = new byte[64];
        Assert.True(publisher.Receive(buffer, out int length));
        Assert.Equal("\u0001wanted"u8, buffer.AsSpan(0, length));

        publisher.Send("other"u8);
        publisher.Send("wanted 1"u8);
        Assert.True(subscriber.Receive(buffer, out length));
        Assert.Equal("wanted 1"u8, buffer.AsSpan(0, length));

        subscriber.Unsubscribe("wanted"u8);
        Assert.True(publisher.Receive(buffer, out length));
        Assert.Equal("\0wanted"u8, buffer.AsSpan(0, length));
    }

    [Fact]
    public void Bind_PortInUse_NamesTheEndpoint()
    {
        using ZmqSocket first = Open(ZmqSocketType.Pub);
        first.Bind(Tcp);
        using ZmqSocket second = Open(ZmqSocketType.Pub);
        DeviceException error = Assert.Throws<DeviceException>(() => second.Bind(first.LastEndpoint));
        Assert.Equal(first.LastEndpoint, error.Device);
        Assert.Contains("port in use", error.Message);
    }

    [Theory]
    [InlineData("tcp://192.0.2.1:5600", "no such address")]
    [InlineData("tpc://127.0.0.1:5600", "Protocol not supported")]
    public void Bind_AddressThatCannotBe_SaysSo(string endpoint, string expected)
    {
        using ZmqSocket socket = Open(ZmqSocketType.Pub);
        DeviceException error = Assert.Throws<DeviceException>(() => socket.Bind(endpoint));
        Assert.Contains(endpoint, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Unbind_LeavesThePortFree()
    {
        using ZmqSocket first = Open(ZmqSocketType.Pub);
        string endpoint = $"ipc://{Path.GetTempPath()}looprig-{Guid.NewGuid():N}";
        first.Bind(endpoint);
        first.Unbind(endpoint);
        using ZmqSocket second = Open(ZmqSocketType.Pub);
        second.Bind(endpoint);
        Assert.Equal(endpoint, second.LastEndpoint);
    }

    [Fact]
    public void TrySend_WhenThePullerDoesNotRead_IsRefusedAtTheHighWaterMark()
    {
        using ZmqSocket push = Open(ZmqSocketType.Push);
        push.SendHighWaterMark = 5;
        using ZmqSocket pull = Open(ZmqSocketType.Pull);
        pull.ReceiveHighWaterMark = 5;
        string endpoint = $"inproc://hwm-{Guid.NewGuid():N}";
        pull.Bind(endpoint);
        push.Connect(endpoint);

        int sent = 0;
        while (push.TrySend("x"u8)) sent++;
        Assert.Equal(10, sent); // within a process both marks add up
        push.SendTimeoutMs = 1;
        Assert.False(push.Send("x"u8));
        Assert.True(pull.TryReceive([], out int length));
        Assert.Equal(1, length);
    }

    [Fact]
    public void TrySend_ImmediateWithoutAPeer_IsRefused()
    {
        using ZmqSocket push = Open(ZmqSocketType.Push);
        push.Immediate = true;
        push.Connect("tcp://127.0.0.1:1");
        Assert.False(push.TrySend("x"u8));
    }

    [Fact]
    public void Options_ReadBackWhatWasSet()
    {
        using ZmqSocket socket = Open(ZmqSocketType.Pub);
        socket.SendHighWaterMark = 124;
        socket.ReceiveHighWaterMark = 7;
        socket.LingerMs = 250;
        socket.SendTimeoutMs = 2000;
        socket.MaxMessageBytes = 1 << 20;
        Assert.Equal((124, 7, 250, 2000), (socket.SendHighWaterMark, socket.ReceiveHighWaterMark, socket.LingerMs, socket.SendTimeoutMs));
    }

    [Fact]
    public void Shutdown_EndsABlockedReceive()
    {
        using ZmqContext context = new();
        using ZmqSocket pull = context.CreateSocket(ZmqSocketType.Pull);
        pull.Bind(Tcp);
        Thread thread = new(context.Shutdown);
        thread.Start();
        DeviceException error = Assert.Throws<DeviceException>(() => pull.Receive(new byte[1], out _));
        thread.Join();
        Assert.Contains("shut down", error.Message);
    }

    [Fact]
    public void Dispose_ContextBeforeItsSocket_DoesNotBlock()
    {
        ZmqContext context = new();
        ZmqSocket socket = context.CreateSocket(ZmqSocketType.Pub);
        context.Dispose();
        socket.Bind(Tcp);
        socket.Dispose();
        Assert.Throws<ObjectDisposedException>(() => socket.Send("x"u8));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void SendReceivePoll_AfterWarmUp_AllocateNothing(string endpoint)
    {
        using ZmqSocket pull = Open(ZmqSocketType.Pull);
        using ZmqSocket push = Open(ZmqSocketType.Push);
        pull.Bind(endpoint);
        push.Connect(pull.LastEndpoint);
        using ZmqPoller poller = new(2);
        int entry = poller.Add(pull);
        byte[] sent = new byte[4800];
        byte[] buffer = new byte[4800];

        RoundTrips(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RoundTrips(2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RoundTrips(int count)
        {
            for (int i = 0; i < count; i++)
            {
                push.Send("topic\0"u8, more: true);
                push.Send(sent);
                if (poller.Wait(-1) != 1 || !poller.IsReady(entry)) throw new InvalidOperationException("not ready");
                pull.Receive(buffer, out _);
                if (!pull.HasMore) throw new InvalidOperationException("one part only");
                pull.Receive(buffer, out int length);
                if (length != sent.Length || pull.TryReceive(buffer, out _)) throw new InvalidOperationException("wrong message");
            }
        }
    }

    private ZmqSocket Open(ZmqSocketType type)
    {
        ZmqSocket socket = _context.CreateSocket(type);
        socket.ReceiveTimeoutMs = 20_000; // a lost message fails the test instead of hanging it
        return socket;
    }

    private (ZmqSocket Connected, ZmqSocket Bound) Pair(ZmqSocketType connects, ZmqSocketType binds)
    {
        ZmqSocket bound = Open(binds);
        bound.Bind(Tcp);
        ZmqSocket connected = Open(connects);
        connected.Connect(bound.LastEndpoint);
        return (connected, bound);
    }

    private static void Close(ZmqSocket a, ZmqSocket b)
    {
        a.Dispose();
        b.Dispose();
    }
}
