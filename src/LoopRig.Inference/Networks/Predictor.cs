using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Gives every bin exactly one prediction within its deadline: the network's, or the configured fallback. Holds at most one unresolved bin. A bin that comes while the
/// network still works on the one before waits for it until its own deadline; if that passes, the bin never reaches the network and its record says so
/// (<see cref="BinFlags.Stepped"/>), so that a replay steps on the same bins.
/// </summary>
public sealed class Predictor
{
    private readonly NetworkWorker _worker;
    private readonly LoopSettings _settings;
    private readonly HotSwap _swap;
    private readonly StreamMonitor _monitor;
    private LoadedNetwork _network;
    private long _deadlineNs = long.MaxValue;
    private bool _open;
    private bool _waiting;
    private bool _reset = true;

    /// <summary>Starts with one network, whose state is fresh.</summary>
    /// <param name="network">The network.</param>
    /// <param name="worker">Runs its steps.</param>
    /// <param name="swap">Offers the next network.</param>
    /// <param name="settings">Deadline, fallback and stale policy.</param>
    /// <param name="monitor">Knows which streams are frozen.</param>
    public Predictor(LoadedNetwork network, NetworkWorker worker, HotSwap swap, LoopSettings settings, StreamMonitor monitor)
    {
        (_network, _worker, _swap, _settings, _monitor) = (network, worker, swap, settings, monitor);
    }

    /// <summary>The network that takes the bins now.</summary>
    public LoadedNetwork Network => _network;

    /// <summary>Whether a bin waits for its prediction.</summary>
    public bool HasOpenBin => _open;

    /// <summary>When the fallback of the open bin is due, ns on the rig clock; <see cref="long.MaxValue"/> without one.</summary>
    public long DeadlineNs => _open ? _deadlineNs : long.MaxValue;

    /// <summary>What happened to the open bin, or to the last one.</summary>
    public BinFlags Flags { get; private set; }

    /// <summary>Whether the resolved bin has something to publish: always, but for a fallback of <see cref="FallbackKind.None"/>.</summary>
    public bool GoesOut => (Flags & BinFlags.Fallback) == 0 || _settings.Fallback != FallbackKind.None;

    /// <summary>What to publish for the resolved bin, (units).</summary>
    public ReadOnlySpan<float> Values => _network.Last;

    /// <summary>Why the last bin got the fallback although the network was done; null otherwise.</summary>
    public string? Fault { get; private set; }

    /// <summary>Results that were done after their deadline.</summary>
    public long LateResults { get; private set; }

    /// <summary>Whether a swap took effect with the bin that was taken last.</summary>
    public SwapRecord? Swapped { get; private set; }

    /// <summary>Takes a closed bin. Nothing may be open.</summary>
    public void Take(Bin bin)
    {
        Flags = bin.ClosedByTime ? BinFlags.ClosedByTime : BinFlags.None;
        Fault = null;
        Swapped = _swap.TryTake(bin.Index, _network);
        if (Swapped is not null)
        {
            _network = Swapped.Network;
            _reset = false;
            Flags |= BinFlags.StateReset;
        }
        _deadlineNs = bin.ClosedNs + _settings.DeadlineNs;
        _open = true;
        var input = _network.Assembler.Observe(bin);
        if (input == InputState.Complete && RestsOnFrozenInput())
        {
            input = _settings.Mapping.Policy == StalePolicy.Fallback ? InputState.Missing : InputState.Degraded;
        }
        _waiting = input != InputState.Missing;
        Flags |= input switch
        {
            InputState.Degraded => BinFlags.Degraded,
            InputState.Missing => BinFlags.Degraded | BinFlags.Fallback,
            _ => BinFlags.None,
        };
    }

    /// <summary>Hands the open bin to the network as soon as that is free.</summary>
    public void Dispatch()
    {
        if (!_waiting)
        {
            return;
        }
        if (_worker.IsDone)
        {
            TakeLateResult();
        }
        if (!_worker.IsIdle)
        {
            return;
        }
        if (_reset)
        {
            Flags |= BinFlags.StateReset;
            _reset = false;
        }
        _network.WriteInputs();
        _waiting = false;
        Flags |= BinFlags.Stepped | (_network.IsWarmingUp ? BinFlags.WarmUp : BinFlags.None);
        _worker.Submit(_network);
    }

    /// <summary>Whether the open bin has its prediction or, at its deadline, its fallback; <see cref="Flags"/> and <see cref="Values"/> say which.</summary>
    public bool TryResolve(long nowNs)
    {
        if (!_open)
        {
            return false;
        }
        if ((Flags & BinFlags.Stepped) != 0 && _worker.IsDone)
        {
            TakeResult();
            return Close();
        }
        if ((Flags & BinFlags.Fallback) != 0)
        {
            return Close();
        }
        if (nowNs >= _deadlineNs)
        {
            Flags |= BinFlags.Fallback | BinFlags.DeadlineMissed;
            return Close();
        }
        return false;
    }

    // A frozen picture is fresh by its times alone: it is as stale as one that does not come.
    private bool RestsOnFrozenInput()
    {
        var required = _network.Assembler.Required;
        for (var stream = 0; stream < required.Length; stream++)
        {
            if (required[stream] && _monitor.IsFrozen(stream))
            {
                return true;
            }
        }
        return false;
    }

    private bool Close()
    {
        _open = false;
        _waiting = false;
        return true;
    }

    private void TakeResult()
    {
        Fault = _worker.Fault?.Message ?? (LoadedNetwork.IsFinite(_network.Step.Output) ? null : "the prediction is not finite");
        if (Fault is null)
        {
            _network.Keep();
        }
        else
        {
            // What the state holds now is not known: start anew, and say so with the next bin.
            Flags |= BinFlags.Fallback;
            _network.ResetState();
            _reset = true;
        }
        _worker.Release();
    }

    // The output came after its fallback. The state has seen the bin; the values serve the next fallback if the rig wants the newest. Looked at when the
    // next bin goes to the network and never before, so that a replay knows from the flags alone which values a fallback had.
    private void TakeLateResult()
    {
        var network = _worker.Network!;
        LateResults++;
        if (_worker.Fault is not null || !LoadedNetwork.IsFinite(network.Step.Output))
        {
            network.ResetState();
            if (network == _network)
            {
                _reset = true;
            }
        }
        else if (_settings.Fallback == FallbackKind.LastPrediction && network == _network)
        {
            network.Keep();
        }
        _worker.Release();
    }
}
