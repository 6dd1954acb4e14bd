using LoopRig.Inference;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>Hears what adapters in processes of their own report, and makes events and faults of it.</summary>
internal sealed class ReportListener : IDisposable
{
    private const int QueueMessages = 1000;
    private const int LongestReport = 64 << 10;

    private readonly RigEvents _events;
    private readonly StreamReceiver? _receiver;
    private readonly byte[] _slot = new byte[LongestReport];

    /// <summary>Subscribes to the reports of every adapter that runs alone.</summary>
    public ReportListener(ZmqContext context, RigConfig config, RigEndpoints endpoints, RigEvents events)
    {
        _events = events;
        foreach (var adapter in config.Adapters.Where(a => a.Process == AdapterProcess.Alone))
        {
            _receiver ??= new StreamReceiver(context, QueueMessages, CancellationToken.None);
            _receiver.AddStream(ReportStream.NameOf(adapter.Name));
            _receiver.Connect(endpoints.Adapter(adapter));
        }
    }

    /// <summary>Takes what has come; never waits.</summary>
    public void Look()
    {
        if (_receiver is null)
        {
            return;
        }
        for (var result = _receiver.Receive(_slot, out var message); result != ReceiveResult.Empty; result = _receiver.Receive(_slot, out message))
        {
            if (result == ReceiveResult.Message && ReportStream.TryRead(_slot.AsSpan(0, message.Length), out var stream, out var report))
            {
                ReportStream.Post(_events, stream, report);
            }
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _receiver?.Dispose();
}
