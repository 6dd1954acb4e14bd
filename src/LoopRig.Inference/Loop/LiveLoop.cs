using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// The program's table of contents: <see cref="RunTick"/> names every stage that a frame passes between the wire and the wire. A thread repeats
/// <see cref="RunOnce"/>; tests call it step by step with a manual clock. Nothing here allocates after the warm-up, locks, or waits.
/// </summary>
public sealed class LiveLoop : ILoop
{
    private readonly LoopSettings _settings;
    private readonly SlotRing _ring;
    private readonly BinAligner _aligner;
    private readonly Predictor _predictor;
    private readonly PredictionPublisher _publisher;
    private readonly HotSwap _swap;
    private readonly BinHistory _history;
    private readonly StreamWatch _watch;
    private readonly ControlEdge? _control;
    private readonly RigEvents _events;
    private readonly ISessionSink _sink;
    private readonly IWaitStrategy _wait;
    private readonly IClock _clock;
    private readonly Bin _bin;
    private readonly SampleRange[] _ranges;
    private readonly byte[][] _topics;
    private long _receivedNs = long.MinValue;
    private long _judgedNs;
    private bool _worked;
    private bool _closed;
    private bool _resolved;
    private long _sentNs;
    private long _faultyBins;

    /// <summary>Wires the stages, which the caller has built and disposes.</summary>
    public LiveLoop(LoopParts parts)
    {
        _settings = parts.Settings;
        (_ring, _aligner, _predictor, _publisher) = (parts.Ring, parts.Aligner, parts.Predictor, parts.Publisher);
        (_swap, _history, _watch, _events) = (parts.Swap, parts.History, parts.Watch, parts.Events);
        (_control, _sink, _wait, _clock) = (parts.Control, parts.Sink, parts.Wait, parts.Clock);
        _bin = new Bin(_settings.AlignedStreams);
        _ranges = new SampleRange[_settings.Streams.Count];
        _topics = [.. _settings.Streams.Select(s => WireFormat.Topic(s.Name))];
    }

    /// <summary>From a bin's close to the hand-over of its prediction to ZeroMQ.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>What was done with the bins; any thread may read.</summary>
    public LoopCounters Counters { get; } = new();

    /// <summary>One message, one bin, one prediction at most.</summary>
    public void RunTick()
    {
        Receive();
        Align();
        Predict();
        Publish();
        Note();
    }

    /// <inheritdoc/>
    public bool RunOnce()
    {
        RunTick();
        return _worked || _closed || _resolved;
    }

    /// <inheritdoc/>
    public void Wait()
    {
        _wait.Wait(_predictor.HasOpenBin ? _predictor.DeadlineNs : _aligner.NextDueNs);
    }

    /// <inheritdoc/>
    public void Wake() => _wait.Signal();

    // One message from the ring to where it belongs.
    private void Receive()
    {
        _worked = _ring.TryPeek(out var info, out var payload);
        // While messages wait, time is what it was when they came: a loop that the machine kept waiting does not close a bin over what arrived in time.
        _judgedNs = _worked ? info.ReceivedNs : _clock.Now;
        if (!_worked)
        {
            return;
        }
        _watch.Seen(info.Stream, info.ReceivedNs);
        if (_settings.Streams[info.Stream].Kind == StreamKind.Activity)
        {
            _aligner.Clocks[info.Stream].Observe(info.Header);
            if (_predictor.Network.Correlation is { } correlation && correlation.Stream == info.Stream)
            {
                correlation.Recorded(info.Header, payload, _aligner.Clocks[info.Stream]);
            }
        }
        else
        {
            var counters = _aligner.Counters[info.Stream];
            var before = counters.Late + counters.Ahead;
            if (_aligner.Add(info.Stream, info.Header, payload) != AddResult.Taken && counters.Late + counters.Ahead > before)
            {
                RecordLate(info, counters.Late + counters.Ahead - before);
            }
            _receivedNs = info.ReceivedNs;
            if (info.Stream == _predictor.Network.Assembler.LeadingStream)
            {
                _control?.Received(info.Header.Sequence, info.ReceivedNs);
            }
        }
        _ring.Advance();
    }

    // The next bin closes when its time has come and the one before has its prediction.
    private void Align() => _closed = !_predictor.HasOpenBin && _aligner.TryClose(_receivedNs, _judgedNs, _bin);

    // The network gets the bin as soon as it is free.
    private void Predict()
    {
        if (_closed)
        {
            _predictor.Take(_bin);
        }
        _predictor.Dispatch();
        if (_closed)
        {
            _history.Add(_bin); // while the network works
            _swap.BinAdded();
        }
    }

    // The prediction, or at the deadline the fallback, goes out.
    private void Publish()
    {
        _resolved = _predictor.TryResolve(_clock.Now);
        if (!_resolved)
        {
            return;
        }
        if (_predictor.Swapped is { } swapped)
        {
            _aligner.Require(swapped.Network.Assembler.Required);
            _publisher.Use(swapped.Network);
            swapped.Network.Correlation?.CountOn(swapped.Previous.Correlation);
        }
        _sentNs = 0;
        if (_predictor.GoesOut)
        {
            _sentNs = _publisher.Send(_bin, _predictor.Flags, _predictor.Values, _clock);
            Latency.Record(_sentNs - _bin.ClosedNs);
        }
        _control?.Offer(_bin, _predictor.Flags, _predictor.Network, _sentNs != 0 ? (long)_publisher.NextSequence - 1 : -1, _sentNs != 0 ? _sentNs : _clock.Now);
    }

    // The session and the counters learn what happened; what can wait is done when nothing else is.
    private void Note()
    {
        if (_resolved)
        {
            Record();
            TellFault();
            Counters.Count(_predictor.Flags, _sentNs != 0, _predictor.LateResults);
            _swap.Judge(_predictor.Flags, _predictor.Fault);
        }
        if (!_worked && !_closed && !_predictor.HasOpenBin)
        {
            _worked = _predictor.Network.Correlation?.Work() ?? false;
        }
    }

    // Samples that the open bins do not take: replay leaves them out too.
    private void RecordLate(in SlotInfo info, long samples)
    {
        var openBin = _aligner.Started ? (_aligner.NextDueNs - _settings.Bins.LatenessNs) / _settings.Bins.BinNs - 1 : 0;
        _sink.Late(_topics[info.Stream], new LateRecord(info.Header.Sequence, info.Header.DeviceTimeNs, info.ReceivedNs, openBin, (ulong)samples) { Epoch = info.Header.Epoch });
    }

    private void Record()
    {
        for (var i = 0; i < _ranges.Length; i++)
        {
            _ranges[i] = _bin.Streams[i].Range;
        }
        var flags = _predictor.Flags;
        var record = new BinRecord
        {
            Index = _bin.Index,
            StartNs = _bin.StartNs,
            EndNs = _bin.EndNs,
            ClosedNs = _bin.ClosedNs,
            SentNs = _sentNs,
            PredictionSequence = _sentNs != 0 ? _publisher.NextSequence - 1 : 0,
            Network = _predictor.Network.HashPrefix,
            Flags = flags,
            StreamCount = _ranges.Length,
        };
        _sink.Bin(record, _ranges);
        if ((flags & (BinFlags.Fallback | BinFlags.WarmUp)) == 0)
        {
            _predictor.Network.Correlation?.Predicted(_bin.Index, _predictor.Values);
        }
    }

    // Once when it begins and once when it is over: a network that fails bin after bin must not flood the log.
    private void TellFault()
    {
        if (_predictor.Fault is { } fault)
        {
            if (_faultyBins++ == 0)
            {
                _events.Post("network_fault", $"bin {_bin.Index}: {fault}; the fallback went out and the network's state was set back", ("bin", _bin.Index), ("reason", fault));
            }
        }
        else if (_faultyBins > 0 && (_predictor.Flags & (BinFlags.Stepped | BinFlags.Fallback)) == BinFlags.Stepped)
        {
            _events.Post("network_recovered", $"bin {_bin.Index}: the network predicts again, after {_faultyBins} faulty bin(s)", ("bin", _bin.Index), ("faulty_bins", _faultyBins));
            _faultyBins = 0;
        }
    }
}
