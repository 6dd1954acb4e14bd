using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Hosting;

namespace LoopRig.Rig.Live;

/// <summary>
/// Runs a rig: recorder, loop and sources start in this order, each when the one before is up, and stop in the reverse order, so that the last bins are
/// closed and everything received is in the log.
/// </summary>
public static class LiveRun
{
    private static readonly TimeSpan s_subscriptionPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the time is over, the sources have ended, a part failed, or the stop.</summary>
    /// <param name="config">The rig.</param>
    /// <param name="options">For how long, and what is shown.</param>
    /// <param name="stop">Ctrl-C or SIGTERM: ends in order.</param>
    /// <exception cref="NotReadyException">Something that the rig needs is absent or in use; nothing was started.</exception>
    /// <exception cref="LoopRigException">The rig cannot be built, or failed while it ran; what was received before is recorded.</exception>
    public static RunSummary Execute(RigConfig config, RunOptions options, CancellationToken stop)
    {
        if (options.Only is not null)
        {
            return AdapterRun.Execute(config, options, stop);
        }
        RigTraining.TrainIfMissing(config, options.Output, stop);
        var called = RigClock.Now;
        using var rig = new LiveRig(config, stop, options.Output);
        var run = new Running(rig, options, called);
        RigHost.RunAsync(
        [
            new RigService(_ => run.StartRecorder(), run.StopRecorder),
            new RigService(run.StartLoop, run.StopLoop),
            new RigService(run.StartSources, run.StopSources),
        ], run.Finished, stop).GetAwaiter().GetResult();
        return run.Summarise();
    }

    /// <summary>One run from its start to its summary.</summary>
    private sealed class Running(LiveRig rig, RunOptions options, long calledNs)
    {
        private const int WarmBins = 20;
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int[] _collections = new int[3];
        private readonly SourceWatch _sourceWatch = new(rig);
        private CancellationTokenSource? _ending;
        private Thread? _watcher;
        private LiveView? _view;
        private long _readyNs;
        private long _startedNs;
        private long _endedNs;
        private long _countedFromBin;

        public Task Finished => _finished.Task;

        public Task StartRecorder()
        {
            rig.Recorder?.Start();
            rig.RecordTruth();
            return Task.CompletedTask;
        }

        public void StopRecorder()
        {
            try
            {
                rig.RecordEvents();
                rig.Recorder?.Stop(rig.Fault?.Message);
            }
            catch (RecordingException e)
            {
                rig.Fail(e); // the summary says it; everything else still ends in order
            }
        }

        public async Task StartLoop(CancellationToken stop)
        {
            if (rig.Inference is { } inference)
            {
                var warm = inference.Start();
                Rehearsal.Run(rig.Context, stop);
                await warm.WaitAsync(stop).ConfigureAwait(false);
            }
        }

        public void StopLoop() => rig.Inference?.Stop();

        public Task StartSources(CancellationToken stop)
        {
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                patience.CancelAfter(s_subscriptionPatience);
                rig.WaitForSubscriptions(patience.Token);
            }
            _readyNs = RigClock.Now;
            SayReady();
            if (options.WaitSubscribers > 0 && rig.Inference is { } waiting)
            {
                options.Output?.WriteLine($"waiting for {options.WaitSubscribers} subscriber(s) at {waiting.Publisher.Endpoint}");
                if (!waiting.Publisher.WaitForSubscribers(options.WaitSubscribers, stop))
                {
                    throw new OperationCanceledException(stop);
                }
            }
            for (var i = 0; i < _collections.Length; i++)
            {
                _collections[i] = -GC.CollectionCount(i);
            }
            _startedNs = RigClock.Now;
            rig.Inference?.Begin();
            rig.RecorderWatch?.Begin();
            foreach (var source in rig.Sources)
            {
                source.Start();
            }
            rig.StartControl();
            options.Started?.Invoke(rig);
            _view = LiveView.For(rig, options);
            _ending = new CancellationTokenSource();
            _watcher = new Thread(Watch) { Name = "view", IsBackground = true, Priority = ThreadPriority.BelowNormal };
            _watcher.Start();
            return Task.CompletedTask;
        }

        public void StopSources()
        {
            _ending?.Cancel();
            if (_watcher is not null && Thread.CurrentThread != _watcher)
            {
                _watcher.Join();
            }
            rig.Inference?.End();
            rig.RecorderWatch?.End();
            foreach (var source in rig.Sources)
            {
                source.Stop();
            }
            if (_startedNs == 0)
            {
                return; // a stop was asked for before the sources had started
            }
            rig.Reports.Look();
            _endedNs = RigClock.Now;
            for (var i = 0; i < _collections.Length; i++)
            {
                _collections[i] += GC.CollectionCount(i);
            }
        }

        public RunSummary Summarise()
        {
            rig.Events.Faults.Close(_endedNs);
            var inference = rig.Inference;
            var counters = inference?.Loop.Counters;
            var streams = RigFigures.Streams(rig);
            var bins = (counters?.Bins ?? 0) - _countedFromBin;
            return new RunSummary
            {
                Predictions = counters?.Predictions ?? 0,
                DeadlineMisses = counters?.DeadlineMisses ?? 0,
                Fallbacks = counters?.Fallbacks ?? 0,
                Degraded = counters?.Degraded ?? 0,
                LateResults = counters?.LateResults ?? 0,
                ClosedByTime = counters?.ClosedByTime ?? 0,
                Drops = RigFigures.Drops(rig),
                LatencyUs = inference?.Loop.Latency.Summarise() ?? default,
                StepUs = inference?.Worker.StepTimes.Summarise() ?? default,
                AllocatedBytesPerFrame = inference is not null && _countedFromBin > 0 && bins > 0 ? (double)inference.AllocatedBytes / bins : null,
                Collections = [.. _collections],
                ReadySeconds = _readyNs == 0 ? 0 : (_readyNs - calledNs) / 1e9,
                Seconds = (_endedNs - _startedNs) / 1e9,
                Session = rig.Recorder?.Folder,
                NetworkHash = inference?.Predictor.Network.Step.Hash,
                Untrained = rig.Untrained,
                Streams = streams,
                Clocks = [.. rig.Clocks.Select(Recording.ClockEntry.Of)],
                Faults = rig.Events.Faults.All,
                InjectedFaults = rig.Events.Faults.Injected,
                StartedNs = _startedNs,
                Correlation = RigFigures.Correlation(rig),
                Displays = [.. RigDisplay.Summarise(rig)],
                Controller = RigController.Summarise(rig),
                Fault = rig.Fault?.Message ?? AllSourcesFailed(),
            };
        }

        private string? AllSourcesFailed() => rig.Sources.Count > 0 && rig.Sources.All(s => s.Fault is not null)
            ? "every source has failed: " + string.Join("; ", rig.Sources.Select(s => s.Fault!.Message))
            : null;

        private void SayReady()
        {
            var ready = $"ready after {(_readyNs - calledNs) / 1e9:0.00} s: {rig.Sources.Count} source(s), {rig.Streams.Count} streams";
            if (rig.Inference is { } inference)
            {
                var network = inference.Predictor.Network.Step;
                ready += $"; {(rig.Untrained ? "UNTRAINED network, random weights: its predictions mean nothing" : network.Name)}, {network.Units} units, "
                    + $"a step takes {inference.WarmStepNs / 1e6:0.00} ms; predictions at {inference.Publisher.Endpoint}";
            }
            var faults = rig.Config.Adapters.Sum(a => a.Faults.Length);
            ready += faults > 0 ? $"; {faults} FAULT(S) WILL BE INJECTED" : "";
            ready += rig.Recorder is null ? "; NOT RECORDED" : $"; session {rig.Recorder.Folder}";
            options.Output?.WriteLine(ready);
            rig.Events.Post("ready", ready, ("untrained", rig.Untrained), ("ready_s", (_readyNs - calledNs) / 1e9));
        }

        // Shows how it goes and looks for the end; never on a thread of the loop.
        private void Watch()
        {
            try
            {
                var endNs = options.Seconds is { } seconds ? _startedNs + (long)(seconds * 1e9) : long.MaxValue;
                _view!.Run(() => Step(endNs));
            }
            catch (Exception e) // a broken terminal is no reason to lose a session
            {
                rig.Events.Post("view_failed", $"the view has ended: {e.Message}");
                while (!Step(options.Seconds is { } s ? _startedNs + (long)(s * 1e9) : long.MaxValue))
                {
                }
            }
        }

        // The loop has a slow thread of its own for this.
        private void RecordWithoutALoop()
        {
            if (rig.Inference is not null)
            {
                return;
            }
            try
            {
                rig.RecordEvents();
            }
            catch (RecordingException)
            {
                // The recorder has failed, and ends the run itself.
            }
        }

        private bool Step(long endNs)
        {
            var now = RigClock.Now;
            var left = (int)Math.Clamp((endNs - now) / 1e6, 0, 100);
            WaitHandle.WaitAny([_ending!.Token.WaitHandle, rig.Faulted.WaitHandle], left);
            _sourceWatch.Look(RigClock.Now);
            rig.Reports.Look();
            rig.RecorderWatch?.Look();
            RecordWithoutALoop();
            if (_countedFromBin == 0 && rig.Inference is { } inference && inference.Loop.Counters.Bins >= WarmBins)
            {
                inference.CountAllocationsFromNow();
                _countedFromBin = inference.Loop.Counters.Bins;
            }
            if (!_ending.IsCancellationRequested && !rig.Faulted.IsCancellationRequested && RigClock.Now < endNs && !rig.HaveAllSourcesEnded())
            {
                return false;
            }
            // A fault is in the summary; the order of the end is the same.
            _finished.TrySetResult();
            return true;
        }
    }
}
