using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>A network took over.</summary>
/// <param name="Network">The new one.</param>
/// <param name="Previous">The one before; it stays loaded for a roll-back.</param>
/// <param name="FirstBin">The first bin that the new one predicts.</param>
/// <param name="WarmFirstBin">Its state was warmed from this bin on, up to the one before <see cref="FirstBin"/>.</param>
/// <param name="Reason">Who asked for it.</param>
public sealed record SwapRecord(LoadedNetwork Network, LoadedNetwork Previous, long FirstBin, long WarmFirstBin, string Reason);

/// <summary>
/// Changes the network between two bins. A thread of its own loads the new network, checks it, and lets it follow the live bins from the history until it
/// has seen every one; then the loop takes it with the next bin. The old network predicts until that moment, so no bin is lost or late, however long
/// loading and warming take. The previous network stays loaded: a roll-back is the same way back.
/// </summary>
public sealed class HotSwap : IDisposable
{
    private const int None = 0;
    private const int Following = 1;
    private const int Ready = 2;
    private const int Taken = 3;
    private const int MissesAllowed = 3;

    private readonly LoopSettings _settings;
    private readonly BinHistory _history;
    private readonly NetworkWorker _worker;
    private readonly RigEvents _events;
    private readonly IWaitStrategy _wait = new BlockingWait();
    private readonly Bin _bin;
    private readonly Lock _gate = new();
    private TaskCompletionSource<SwapRecord>? _asked;
    private LoadedNetwork? _candidate;
    private LoadedNetwork? _previous;
    private string _reason = "";
    private long _next;
    private long _warmFirst;
    private long _through;
    private int _state;
    private int _probation;
    private int _misses;
    private string? _failure;
    private bool _rollingBack;
    private volatile bool _stopped;

    /// <summary>Prepares the way; no thread runs until a swap is asked for.</summary>
    public HotSwap(LoopSettings settings, BinHistory history, NetworkWorker worker, RigEvents events)
    {
        (_settings, _history, _worker, _events) = (settings, history, worker, events);
        _bin = new Bin(settings.AlignedStreams);
    }

    /// <summary>Whether a swap is under way.</summary>
    public bool IsUnderWay => Volatile.Read(ref _state) != None;

    /// <summary>
    /// Loads a network in the background and swaps to it. The task ends when the new network has taken its first bin, or with a
    /// <see cref="NetworkException"/>: then the old one goes on.
    /// </summary>
    /// <param name="load">Loads and freezes the network; runs on the background thread.</param>
    /// <param name="reason">Who asks, for the record.</param>
    public Task<SwapRecord> Begin(Func<IFrozenNetwork> load, string reason) => Start(() => Prepare(load()), reason, rollingBack: false);

    /// <summary>Brings the previous network back, its state warmed from the last bins.</summary>
    /// <exception cref="NetworkException">There is no previous network, or a swap is under way.</exception>
    public Task<SwapRecord> RollBack(string reason)
    {
        var previous = _previous ?? throw new NetworkException("there is no previous network to go back to");
        return Start(() => WhenFree(previous), reason, rollingBack: true);
    }

    /// <summary>Loop: offers the next bin's place to a network that is ready; null if there is none. Call it before the bin enters the history.</summary>
    public SwapRecord? TryTake(long bin, LoadedNetwork current)
    {
        if (Volatile.Read(ref _state) != Ready || Interlocked.CompareExchange(ref _state, Taken, Ready) != Ready)
        {
            return null;
        }
        if (_through != _history.Latest)
        {
            Volatile.Write(ref _state, Ready); // a bin behind: its thread follows first
            return null;
        }
        var record = new SwapRecord(_candidate!, current, bin, _warmFirst, _reason);
        _candidate = null;
        _previous = current;
        // A roll-back ends the probation: the network that comes back has proven itself.
        (_probation, _misses) = (_rollingBack ? 0 : _settings.ProbationBins, 0);
        _events.Post("swap", $"network {record.Network.Step.Name} predicts from bin {bin} on ({_reason})",
            ("network", record.Network.Step.Hash), ("previous", current.Step.Hash), ("name", record.Network.Step.Name),
            ("first_bin", bin), ("warm_first_bin", _warmFirst), ("reason", _reason));
        _asked!.SetResult(record); // its thread sees it and ends
        _wait.Signal();
        return record;
    }

    /// <summary>Loop: tells a network that follows that there is a new bin in the history.</summary>
    public void BinAdded()
    {
        if (Volatile.Read(ref _state) is Following or Ready)
        {
            _wait.Signal();
        }
    }

    /// <summary>Loop: looks at a resolved bin of a network on probation and goes back to the one before if it fails.</summary>
    public void Judge(BinFlags flags, string? fault)
    {
        if (_probation > 0)
        {
            _probation--;
            _misses += (flags & BinFlags.DeadlineMissed) != 0 ? 1 : 0;
            if (fault is not null || _misses >= MissesAllowed)
            {
                _probation = 0;
                _failure = fault ?? $"{_misses} missed deadlines in the first {_settings.ProbationBins} bins";
            }
        }
        if (_failure is not null && !IsUnderWay)
        {
            // The task's error is also posted as an event; nobody waits for this one.
            _ = RollBack("roll-back: " + _failure);
            _failure = null;
        }
    }

    /// <summary>Ends a swap that is under way and waits for its thread no longer than its current step.</summary>
    public void Dispose()
    {
        _stopped = true;
        _wait.Signal();
        var wait = new SpinWait();
        while (IsUnderWay)
        {
            wait.SpinOnce();
        }
        _previous?.Dispose();
        _wait.Dispose();
    }

    /// <summary>Swap thread: follows the live bins by one, or offers the candidate when it has seen all. False when there is nothing to do but wait.</summary>
    internal bool FollowOnce()
    {
        if (_next == long.MinValue)
        {
            var latest = _history.Latest;
            _next = latest == long.MinValue ? long.MinValue : Math.Max(_history.Oldest, latest - Math.Max(_candidate!.Step.WarmUpSteps, 16) + 1);
            _warmFirst = _next;
        }
        if (_next != long.MinValue && _next <= _history.Latest)
        {
            if (Interlocked.CompareExchange(ref _state, Following, Ready) is not (Ready or Following))
            {
                return false;
            }
            if (!_history.TryCopy(_next, _bin))
            {
                throw new NetworkException($"{_candidate!.Step.Name}: it is slower than the bins come and cannot catch up");
            }
            if (_candidate!.Follow(_bin) && !LoadedNetwork.IsFinite(_candidate.Step.Output))
            {
                throw new NetworkException($"{_candidate.Step.Name}: its prediction for bin {_next} is not finite");
            }
            _through = _next++;
            return true;
        }
        if (_next == long.MinValue)
        {
            _through = long.MinValue; // no bin at all yet: it may take the first
        }
        Interlocked.CompareExchange(ref _state, Ready, Following);
        return false;
    }

    private Task<SwapRecord> Start(Func<LoadedNetwork> prepare, string reason, bool rollingBack)
    {
        lock (_gate)
        {
            if (_stopped || IsUnderWay)
            {
                throw new NetworkException(_stopped ? "the loop has ended" : "a swap is under way already");
            }
            _asked = new TaskCompletionSource<SwapRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
            (_reason, _rollingBack) = (reason, rollingBack);
            _next = long.MinValue;
            Volatile.Write(ref _state, Following);
        }
        var asked = _asked;
        new Thread(() => Run(prepare, asked)) { Name = "swap", IsBackground = true, Priority = ThreadPriority.BelowNormal }.Start();
        return asked.Task;
    }

    private void Run(Func<LoadedNetwork> prepare, TaskCompletionSource<SwapRecord> asked)
    {
        LoadedNetwork? candidate = null;
        var older = _previous;
        try
        {
            candidate = prepare();
            _candidate = candidate;
            while (!_stopped && !asked.Task.IsCompleted)
            {
                if (!FollowOnce())
                {
                    _wait.Wait(RigClock.Now + 100 * RigClock.MillisecondNs);
                }
            }
            if (asked.Task.IsCompleted && older is not null && older != candidate)
            {
                WhenFree(older).Dispose(); // two networks are kept, not three
            }
            else if (!asked.Task.IsCompleted)
            {
                throw new NetworkException("the loop ended before the swap");
            }
        }
        catch (Exception e) when (asked.Task.IsCompletedSuccessfully) // the new network predicts by now: it must not be disposed
        {
            _events.Post("swap_untidy", $"the network before the previous one cannot be disposed: {e.Message}", ("reason", e.Message));
        }
        catch (Exception e) // whatever a user's file makes the loaders throw: the old network goes on
        {
            _events.Post("swap_refused", $"the network stays: {e.Message}", ("reason", e.Message));
            if (candidate != older)
            {
                candidate?.Dispose();
            }
            _candidate = null;
            asked.TrySetException(e as NetworkException ?? new NetworkException(e.Message, e));
        }
        finally
        {
            Volatile.Write(ref _state, None);
        }
    }

    private LoadedNetwork Prepare(IFrozenNetwork step)
    {
        LoadedNetwork? network = null;
        try
        {
            network = new LoadedNetwork(step, _settings);
            var fastest = network.WarmUp(30, 500 * RigClock.MillisecondNs);
            return fastest < _settings.DeadlineNs
                ? network
                : throw new NetworkException($"{step.Name}: a step takes at least {fastest / 1e6:F1} ms, longer than the deadline of {_settings.DeadlineNs / 1e6:F1} ms");
        }
        catch
        {
            step.Dispose();
            throw;
        }
    }

    // A step that missed its deadline may still run on the worker: its network is free when the worker has finished.
    private LoadedNetwork WhenFree(LoadedNetwork network)
    {
        while (!_stopped && _worker.IsRunning(network))
        {
            _wait.Wait(RigClock.Now + RigClock.MillisecondNs);
        }
        network.Reset();
        return network;
    }
}
