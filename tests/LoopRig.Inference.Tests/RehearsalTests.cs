using LoopRig.Native.Zmq;

namespace LoopRig.Inference.Tests;

public sealed class RehearsalTests
{
    [Fact]
    public void Run_Twice_EndsAndLeavesItsEndpointsFree()
    {
        using var context = new ZmqContext();
        Rehearsal.Run(context, TestContext.Current.CancellationToken);
        Rehearsal.Run(context, TestContext.Current.CancellationToken);
        using var socket = context.CreateSocket(ZmqSocketType.Pub);
        socket.Bind("inproc://rehearsal-1");
    }
}
