using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference;

/// <summary>Where a live loop's sockets are and how its threads run.</summary>
public sealed record LoopWiring
{
    /// <summary>The publishers of the rig's streams.</summary>
    public required IReadOnlyList<string> StreamEndpoints { get; init; }
    /// <summary>Where predictions are published.</summary>
    public required string PredictionEndpoint { get; init; }
    /// <summary>For how long a thread looks for the next hand-over before it sleeps, ns.</summary>
    public long SpinNs { get; init; } = 20_000;
    /// <summary>SCHED_FIFO priority of the three threads where the system permits it; 0 leaves the ordinary scheduling.</summary>
    public int RealTimePriority { get; init; }
    /// <summary>Who makes stimulus commands of predictions; null: nobody.</summary>
    public ControlParts? Control { get; init; }
}

/// <summary>
/// A live loop with its three threads: <c>receive</c> takes messages from the wire, <c>loop</c> cuts bins and publishes predictions, <c>network</c> runs
/// the steps. A fourth, <c>watch</c>, looks at the counters now and then; where there is a controller, a fifth, <c>controller</c>, decides.
/// </summary>
public sealed class LiveInference : IDisposable
{
    private readonly IWaitStrategy _loopWait;
    private readonly LoopThread _receiveThread;
    private readonly LoopThread _loopThread;
    private readonly LoopThread _networkThread;
    private readonly LoopThread _watchThread;
    private readonly LoopThread? _controlThread;
    private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoadedNetwork _first;
    private long _baseline;
    private bool _stopped;

    /// <summary>Builds the stages and binds the sockets; nothing runs yet.</summary>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="settings">The rig's streams, bins and deadline.</param>
    /// <param name="network">The network; disposed with this object.</param>
    /// <param name="wiring">Endpoints and threads.</param>
    /// <param name="inlet">Opens an inlet of the recorder for one thread: <c>loop</c> (bins and predictions), <c>receive</c> (losses), <c>watch</c> (events), <c>controller</c> (decisions).</param>
    /// <param name="events">Collects what happens.</param>
    /// <param name="onFault">Told when a thread ended with an exception: the run must stop.</param>
    /// <exception cref="NetworkException">The network's inputs do not match the streams.</exception>
    /// <exception cref="DeviceException">The port of the predictions is in use.</exception>
    public LiveInference(ZmqContext context, LoopSettings settings, IFrozenNetwork network, LoopWiring wiring, Func<string, ISessionSink> inlet, RigEvents events,
        Action<Exception>? onFault = null)
    {
        settings.Validate();
        Settings = settings;
        Events = events;
        _first = new LoadedNetwork(network, settings);
        var sink = inlet("loop");
        Publisher = new PredictionPublisher(context, wiring.PredictionEndpoint, _first, sink);
        _loopWait = new BlockingWait(wiring.SpinNs);
        var clock = LiveClock.Instance;
        Ring = ReceiverLoop.RingFor(settings);
        Aligner = new BinAligner(settings.Bins, settings.AlignedStreams, _first.Assembler.Required, settings.SyncReference);
        Worker = new NetworkWorker(new BlockingWait(wiring.SpinNs), _loopWait, clock);
        var history = new BinHistory(settings.AlignedStreams, settings.HistoryBins);
        Swap = new HotSwap(settings, history, Worker, events);
        var monitor = new StreamMonitor(settings.Streams);
        Predictor = new Predictor(_first, Worker, Swap, settings, monitor);
        Receiver = new ReceiverLoop(context, wiring.StreamEndpoints, settings, Ring, _loopWait, inlet("receive"), events, monitor);
        Watch = new StreamWatch(settings, Receiver, Aligner, Predictor, monitor, events, inlet("watch"), clock);
        if (wiring.Control is { } control)
        {
            Control = new ControlLoop(control, settings.AlignedStreams, inlet("controller"), events, new BlockingWait(wiring.SpinNs), clock);
            _controlThread = new LoopThread("controller", Control, null, onFault, wiring.RealTimePriority);
        }
        Loop = new LiveLoop(new LoopParts
        {
            Control = Control?.Edge,
            Settings = settings,
            Ring = Ring,
            Aligner = Aligner,
            Predictor = Predictor,
            Publisher = Publisher,
            Swap = Swap,
            History = history,
            Watch = Watch,
            Events = events,
            Sink = sink,
            Wait = _loopWait,
            Clock = clock,
        });
        _receiveThread = new LoopThread("receive", Receiver, null, onFault, wiring.RealTimePriority);
        _loopThread = new LoopThread("loop", Loop, null, onFault, wiring.RealTimePriority);
        _watchThread = new LoopThread("watch", Watch, null, onFault);
        _networkThread = new LoopThread("network", Worker, WarmUp, onFault, wiring.RealTimePriority);
    }

    /// <summary>What the loop was set up with.</summary>
    public LoopSettings Settings { get; }
    /// <summary>Collects what happens.</summary>
    public RigEvents Events { get; }
    /// <summary>The ring between receiver and loop.</summary>
    public SlotRing Ring { get; }
    /// <summary>Cuts bins.</summary>
    public BinAligner Aligner { get; }
    /// <summary>Runs the network's steps.</summary>
    public NetworkWorker Worker { get; }
    /// <summary>Gives each bin its prediction.</summary>
    public Predictor Predictor { get; }
    /// <summary>Takes messages from the wire.</summary>
    public ReceiverLoop Receiver { get; }
    /// <summary>Sends predictions.</summary>
    public PredictionPublisher Publisher { get; }
    /// <summary>Watches the streams.</summary>
    public StreamWatch Watch { get; }
    /// <summary>Changes the network.</summary>
    public HotSwap Swap { get; }
    /// <summary>The controller's loop; null without one.</summary>
    public ControlLoop? Control { get; }
    /// <summary>The loop itself.</summary>
    public LiveLoop Loop { get; }
    /// <summary>The duration of the fastest step of the warm-up, ns.</summary>
    public long WarmStepNs { get; private set; }

    /// <summary>Managed bytes that the threads of the loop have allocated since <see cref="CountAllocationsFromNow"/>.</summary>
    public long AllocatedBytes => _receiveThread.AllocatedBytes + _loopThread.AllocatedBytes + _networkThread.AllocatedBytes + (_controlThread?.AllocatedBytes ?? 0) - _baseline;

    /// <summary>Starts the threads. The task ends when the network is warm, or with what its warm-up threw.</summary>
    public Task Start()
    {
        _networkThread.Start();
        _watchThread.Start();
        _controlThread?.Start();
        _loopThread.Start();
        _receiveThread.Start();
        return _warm.Task;
    }

    /// <summary>The streams start now: from here on they should come, and the loop should allocate nothing.</summary>
    public void Begin() => Watch.Begin(RigClock.Now);

    /// <summary>The sources are told to stop: from here on silence is no fault, and those that last are over.</summary>
    public void End() => Watch.End(RigClock.Now);

    /// <summary>Sets <see cref="AllocatedBytes"/> to 0: the warm-up is over.</summary>
    public void CountAllocationsFromNow() => _baseline += AllocatedBytes;

    /// <summary>Takes in what the stopped sources have left on the way, closes the last bins, and ends the threads.</summary>
    public void Stop()
    {
        if (_stopped)
        {
            return;
        }
        _stopped = true;
        var until = RigClock.Now + RigClock.SecondNs;
        WaitWhile(() => !IsQuiet(), until);
        _receiveThread.Stop();
        WaitWhile(() => _loopThread.Fault is null && (Ring.Count > 0 || Predictor.HasOpenBin || HasUnclosedSamples()), until);
        _loopThread.Stop();
        _networkThread.Stop();
        _controlThread?.Stop();
        _watchThread.Stop();
        End();
        try
        {
            Watch.RunOnce(); // what happened in the last moment
        }
        catch (RecordingException)
        {
            // The recorder has failed, and has said so where the run ends.
        }
    }

    /// <summary>Stops the threads, closes the sockets and disposes the networks.</summary>
    public void Dispose()
    {
        Stop();
        Swap.Dispose();
        Receiver.Dispose();
        Publisher.Dispose();
        Predictor.Network.Dispose();
        Worker.Dispose();
        Watch.Dispose();
        Control?.Dispose();
        _loopWait.Dispose();
    }

    private void WarmUp()
    {
        try
        {
            WarmStepNs = _first.WarmUp(100, RigClock.SecondNs);
            _warm.SetResult();
        }
        catch (Exception e)
        {
            _warm.SetException(e);
            throw;
        }
    }

    private bool IsQuiet()
    {
        var latest = 0L;
        for (var i = 0; i < Settings.Streams.Count; i++)
        {
            latest = Math.Max(latest, Watch.LastReceivedNs(i));
        }
        return Ring.Count == 0 && RigClock.Now - latest > 20 * RigClock.MillisecondNs;
    }

    // Read from outside the loop's thread: a stale value costs one more look.
    private bool HasUnclosedSamples()
    {
        var latest = long.MinValue;
        foreach (var counters in Aligner.Counters)
        {
            latest = Math.Max(latest, counters.LatestNs);
        }
        return Aligner.Started && Aligner.NextDueNs - Settings.Bins.LatenessNs - Settings.Bins.BinNs <= Math.Min(latest, RigClock.Now);
    }

    private static void WaitWhile(Func<bool> condition, long untilNs)
    {
        using var pause = new ManualResetEventSlim();
        while (condition() && RigClock.Now < untilNs)
        {
            pause.Wait(2);
        }
    }
}
