using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Runs a network's steps away from the loop, so that the deadline is kept whatever a step does. One step at a time: the edge from the aligner to the
/// network holds one bin. Driven by a named thread of its own, or step by step through <see cref="RunOnce"/>.
/// </summary>
public sealed class NetworkWorker : ILoop, IDisposable
{
    private const int Idle = 0;
    private const int Submitted = 1;
    private const int Done = 2;

    private readonly IWaitStrategy _wait;
    private readonly IWaitStrategy _loop;
    private readonly IClock _clock;
    private LoadedNetwork? _network;
    private int _state;

    /// <summary>Prepares the hand-over.</summary>
    /// <param name="wait">How the worker waits for a step.</param>
    /// <param name="loop">Woken when a step is done.</param>
    /// <param name="clock">Where the durations of the steps are read.</param>
    public NetworkWorker(IWaitStrategy wait, IWaitStrategy loop, IClock clock) => (_wait, _loop, _clock) = (wait, loop, clock);

    /// <summary>The durations of the steps.</summary>
    public LatencyHistogram StepTimes { get; } = new();

    /// <summary>What the last step threw; null if it went well. Valid while <see cref="IsDone"/>.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether nothing is submitted.</summary>
    public bool IsIdle => Volatile.Read(ref _state) == Idle;

    /// <summary>Whether a step is done and not yet released.</summary>
    public bool IsDone => Volatile.Read(ref _state) == Done;

    /// <summary>Whether a step of this network is submitted and not done.</summary>
    public bool IsRunning(LoadedNetwork network) => Volatile.Read(ref _state) == Submitted && _network == network;

    /// <summary>The network whose step was submitted last.</summary>
    public LoadedNetwork? Network => _network;

    /// <summary>Loop: hands a step over; its inputs are written. The worker must be idle.</summary>
    public void Submit(LoadedNetwork network)
    {
        _network = network;
        Fault = null;
        Volatile.Write(ref _state, Submitted);
        _wait.Signal();
    }

    /// <summary>Loop: takes note of the step that is done; the network and its output are the loop's again.</summary>
    public void Release() => Volatile.Write(ref _state, Idle);

    /// <summary>Worker: runs the submitted step, if there is one.</summary>
    public bool RunOnce()
    {
        if (Volatile.Read(ref _state) != Submitted)
        {
            return false;
        }
        var start = _clock.Now;
        try
        {
            _network!.Step.Run();
        }
        catch (Exception e) when (e is LoopRigException or InvalidOperationException or ArgumentException)
        {
            Fault = e;
        }
        StepTimes.Record(_clock.Now - start);
        Volatile.Write(ref _state, Done);
        _loop.Signal();
        return true;
    }

    /// <inheritdoc/>
    public void Wait() => _wait.Wait(long.MaxValue);

    /// <inheritdoc/>
    public void Wake() => _wait.Signal();

    /// <summary>Releases the wait.</summary>
    public void Dispose() => _wait.Dispose();
}
