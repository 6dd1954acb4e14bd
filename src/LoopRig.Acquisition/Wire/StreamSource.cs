using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Acquisition;

/// <summary>A stream of the same rig as an adapter's source.</summary>
/// <param name="Stream">What the stream is.</param>
/// <param name="Endpoints">Where it is published, such as ipc:///run/rig/mouse; several where it is not known which of them publishes it.</param>
public sealed record StreamSource(StreamDescriptor Stream, IReadOnlyList<string> Endpoints)
{
    /// <summary>Waits, for as long as it takes, until one of the endpoints has described the stream: its publisher may start later.</summary>
    /// <exception cref="OperationCanceledException">The stop came first.</exception>
    /// <exception cref="DeviceException">An endpoint is misspelt.</exception>
    public static StreamSource Find(ZmqContext context, string stream, IReadOnlyList<string> endpoints, CancellationToken stop)
    {
        using StreamReceiver receiver = new(context, queueMessages: 100, stop);
        receiver.AddStream(stream);
        foreach (string endpoint in endpoints) receiver.Connect(endpoint);
        byte[] slot = new byte[1]; // only the descriptor matters here, and that has a place of its own
        while (receiver.Descriptor(0) is null)
        {
            if (receiver.Wait(long.MaxValue) == WaitResult.Stopped) throw new OperationCanceledException(stop);
            while (receiver.Receive(slot, out _) != ReceiveResult.Empty)
            {
            }
        }

        return new StreamSource(receiver.Descriptor(0)!, endpoints);
    }
}
