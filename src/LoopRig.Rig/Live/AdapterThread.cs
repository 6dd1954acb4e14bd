using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Native.LibC;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Rig.Live;

/// <summary>An adapter on a thread of its own, with the publisher of its streams. An error of the adapter is an event; the other sources go on.</summary>
public sealed class AdapterThread : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RigEvents _events;
    private readonly Action<Exception> _onRecorderStuck;
    private readonly string? _recorderEndpoint;
    private readonly SourceOutput _output;
    private readonly Thread _thread;
    private volatile bool _ended;

    /// <summary>Binds the adapter's endpoint; the adapter is disposed with this object.</summary>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="endpoint">Where it publishes.</param>
    /// <param name="recorderEndpoint">Where the recorder listens; null when nothing is recorded.</param>
    /// <param name="events">What happens.</param>
    /// <param name="onRecorderStuck">Told when the recorder takes nothing any more.</param>
    /// <param name="isAlone">The rig is another process: what the adapter reports goes there as a stream of its own.</param>
    /// <exception cref="DeviceException">The endpoint is in use.</exception>
    public AdapterThread(ZmqContext context, IAdapter adapter, string endpoint, string? recorderEndpoint, RigEvents events, Action<Exception> onRecorderStuck, bool isAlone = false)
    {
        (Adapter, _events, _onRecorderStuck, _recorderEndpoint) = (adapter, events, onRecorderStuck, recorderEndpoint);
        var streams = DeviceClocks.Number(adapter.Name, adapter.Streams);
        Publisher = new StreamPublisher(context, isAlone ? [.. streams, ReportStream.Describe(adapter.Name, streams)] : streams,
            new StreamPublisherOptions { Endpoint = endpoint, RecorderEndpoint = recorderEndpoint });
        _output = new SourceOutput(adapter, Publisher, events, isAlone);
        _thread = new Thread(Run) { Name = adapter.Name, IsBackground = true };
    }

    /// <summary>The adapter.</summary>
    public IAdapter Adapter { get; }

    /// <summary>The index of the reports in <see cref="Publisher"/>, of an adapter whose rig is another process.</summary>
    public int Reports => Adapter.Streams.Count;

    /// <summary>Where its streams go out.</summary>
    public StreamPublisher Publisher { get; }

    /// <summary>Why the adapter ended; null while it runs, or when it came to its end.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether the adapter has ended by itself, or never started.</summary>
    public bool HasEnded => _ended || !_thread.IsAlive;

    /// <summary>Starts the adapter.</summary>
    public void Start() => _thread.Start();

    /// <summary>Stops the adapter and waits for its thread; one that does not answer within 3 s is left behind and named.</summary>
    public void Stop()
    {
        _stop.Cancel();
        if (_thread.IsAlive && !_thread.Join(TimeSpan.FromSeconds(3)))
        {
            _events.Post("adapter_stuck", $"adapter {Adapter.Name} does not stop", ("adapter", Adapter.Name));
        }
    }

    /// <summary>Stops, closes the sockets, and disposes the adapter.</summary>
    public void Dispose()
    {
        Stop();
        Publisher.Dispose();
        if (!_thread.IsAlive)
        {
            Adapter.Dispose();
        }
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            ThreadTuning.SetName(Adapter.Name);
            Adapter.Run(_output, _stop.Token);
            if (!_stop.IsCancellationRequested)
            {
                _events.Post("adapter_ended", $"adapter {Adapter.Name} has come to its end", ("adapter", Adapter.Name));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
        catch (Exception e) // a device's failure, whatever it throws, must not take the process down
        {
            Fault = e;
            _events.Post("adapter_failed", $"adapter {Adapter.Name} has failed: {e.Message}", ("adapter", Adapter.Name), ("reason", e.Message));
            if (e is DeviceException { Device: var device } && _recorderEndpoint is not null && device.Contains(_recorderEndpoint, StringComparison.Ordinal))
            {
                _onRecorderStuck(e);
            }
        }
        _ended = true;
    }
}
