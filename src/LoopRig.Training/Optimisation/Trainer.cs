using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Native.LibC;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Trains networks on their sessions, one step a batch of one session, with early stopping on validation and the best weights kept. All chance comes from
/// the seed and the number of the step or epoch, so that training which goes on from a checkpoint is, bit for bit, what it would have been.
/// </summary>
public sealed class Trainer
{
    private readonly SessionSamples[] _sessions;
    private readonly TrainingOptions _options;
    private readonly Action<TrainingProgress>? _progress;
    private readonly TrainedTensors _tensors;
    private readonly Stopwatch _sinceStart = new(), _sinceCheckpoint = new();
    private TrainingState _state = new();
    private double _secondsBefore;
    private long _reportedNs;

    /// <summary>Prepares training.</summary>
    /// <param name="sessions">Networks and data; networks are trained in place.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is; runs on the training thread.</param>
    /// <exception cref="NetworkException">The data have other units or inputs than the network.</exception>
    /// <exception cref="TrainingException">An option is out of its range, a session has no samples, or nothing is left to train.</exception>
    public Trainer(IReadOnlyList<TrainingSession> sessions, TrainingOptions options, Action<TrainingProgress>? progress = null)
    {
        if (options.Fault() is { } fault)
            throw new TrainingException($"training.{fault.Key}: {fault.Fault}");
        _sessions = [.. sessions.Select(session => new SessionSamples(session, options))];
        _tensors = new TrainedTensors(sessions.Select(static session => (session.Name, session.Network)), options.Freeze);
        (_options, _progress) = (options, progress);
    }

    /// <summary>Where checkpoints are; null: none are written.</summary>
    internal CheckpointStore? Checkpoints { get; init; }

    /// <summary>Told of every step.</summary>
    internal Action? StepTaken { get; init; }

    /// <summary>Told of every pass.</summary>
    internal Action<EpochRecord>? EpochEnded { get; init; }

    /// <summary>Told when the best weights are in the networks, for a moment: they can be saved.</summary>
    internal Action<TrainingState>? SaveBest { get; init; }

    /// <summary>Trains until early stopping or the last epoch, from the checkpoint on where there is one.</summary>
    /// <param name="stop">Ends training after the current batch, with a checkpoint; the networks then hold the best weights so far.</param>
    /// <exception cref="TrainingException">Loss or gradient are not finite, training diverges, or a checkpoint does not fit or cannot be written.</exception>
    public TrainingResult Run(CancellationToken stop = default)
    {
        LargeBlocks.Keep();
        using Optimiser optimiser = _options.Optimiser.Create(_tensors.Trained);
        Tensor[] live = [.. _tensors.All.Select(static pair => pair.Value)];
        using var best = new WeightsCopy(live);
        using WeightAverage? average = _options.Averaging is { } averaging ? new WeightAverage(live, averaging.Decay) : null;
        _state = new TrainingState { Schedule = _options.Schedule.Begin(_options.Epochs) };
        Resume(optimiser, best, average);
        _tensors.RequireGradients(true);
        try
        {
            _sinceStart.Start();
            _sinceCheckpoint.Start();
            while (!_state.Finished && !stop.IsCancellationRequested)
            {
                if (TrainEpoch(optimiser, best, average, stop))
                    EndEpoch(optimiser, best, average);
            }
            if (!_state.Finished)
                WriteCheckpoint(optimiser, best, average);
        }
        finally
        {
            _tensors.RequireGradients(false);
            optimiser.ClearGradients();
        }
        best.Restore();
        return new TrainingResult
        {
            BestEpoch = _state.BestEpoch,
            Epochs = _state.ValidationLosses.Count,
            Steps = _state.Step,
            ValidationLosses = [.. _state.ValidationLosses],
            ValidationCorrelations = [.. _state.ValidationCorrelations],
            Finished = _state.Finished,
            Duration = TimeSpan.FromSeconds(Seconds()),
            SamplesPerSecond = SamplesPerSecond(),
        };
    }

    // True when the pass is whole; false when it was stopped.
    private bool TrainEpoch(Optimiser optimiser, WeightsCopy best, WeightAverage? average, CancellationToken stop)
    {
        EpochPlan.Batch[] plan = EpochPlan.Draw(_sessions, _options, _state.Epoch);
        optimiser.LearningRate = _options.Optimiser.LearningRate * _state.Schedule.Factor;
        while (_state.Batch < plan.Length)
        {
            if (stop.IsCancellationRequested)
                return false;
            long began = Stopwatch.GetTimestamp();
            Take(plan[_state.Batch], optimiser);
            average?.Update(_state.Step);
            _state.Samples += plan[_state.Batch].Lasts.Length;
            _state.TrainingSeconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
            _state.Step++;
            _state.Batch++;
            StepTaken?.Invoke();
            if (_state.Batch == plan.Length)
                break;
            if (_sinceCheckpoint.Elapsed.TotalSeconds >= _options.CheckpointSeconds || (_options.CheckpointSteps is { } every && _state.Step % every == 0))
                WriteCheckpoint(optimiser, best, average);
            if (RigClock.Now - _reportedNs > RigClock.SecondNs)
                Report((double)_state.Batch / plan.Length);
        }
        return true;
    }

    private void Take(EpochPlan.Batch batch, Optimiser optimiser)
    {
        using var scope = new Scope();
        SessionSamples session = _sessions[batch.Session];
        var context = new TrainingContext(StepRandom.Begin(_options.Seed, _state.Step), session.Fit.Length);
        StepResult result = TrainingStep.Take(session.Network, optimiser, session.Windows(batch.Lasts), session.Targets(batch.Lasts), context, session.BurnIn, _options.Precision);
        StepGuard.Check(result, _state, _options, session, batch.Lasts, optimiser.LearningRate);
        _state.LossSum += result.Total;
        _state.GradientSum += result.GradientNorm;
    }

    private void EndEpoch(Optimiser optimiser, WeightsCopy best, WeightAverage? average)
    {
        average?.SwapIn();
        ValidationResult validation = Validation.Of(_sessions, _options.BatchSize);
        double score = _options.Select == SelectionMetric.Loss ? validation.Loss : -validation.Correlation;
        bool isBest = _state.BestScore is not { } before || score < before;
        if (isBest)
        {
            (_state.BestScore, _state.BestEpoch) = (double.IsNaN(score) ? double.MaxValue : score, _state.Epoch);
            best.Take();
            SaveBest?.Invoke(_state);
        }
        average?.SwapOut();
        _state.ValidationLosses.Add(validation.Loss);
        _state.ValidationCorrelations.Add(validation.Correlation);
        double loss = _state.LossSum / _state.Batch, gradient = _state.GradientSum / _state.Batch;
        TrainingException? untold = null;
        try
        {
            EpochEnded?.Invoke(new EpochRecord(_state.Epoch, _state.Step, Seconds(), optimiser.LearningRate, loss, gradient, validation, SamplesPerSecond(), isBest));
        }
        catch (TrainingException error)
        {
            untold = error;     // a disk without room for a line may have room for the checkpoint, and the pass is not lost
        }
        Report(1);
        double rate = _options.Optimiser.LearningRate;
        int patience = Math.Max(1, _options.Patience);
        _state.Schedule = _options.Schedule.Next(_state.Schedule, _state.Epoch, _options.Epochs, score, rate);
        _state.Finished = _state.Epoch >= _options.Epochs || (_state.Epoch - _state.BestEpoch >= patience && !_options.Schedule.HoldsOn(_state.Schedule, rate, patience));
        if (_options.Schedule.Restarts(_state.Epoch))
        {
            foreach (SessionSamples session in _sessions)
                RestartNoise(session.Network);
        }
        (_state.Epoch, _state.Batch, _state.LossSum, _state.GradientSum) = (_state.Epoch + 1, 0, 0, 0);
        WriteCheckpoint(optimiser, best, average);
        if (untold is not null)
            throw untold;
    }

    // What is frozen stays what it is.
    private void RestartNoise(INetwork network)
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        (Tensor Live, Tensor Kept)[] frozen =
            [.. network.Parameters.Where(pair => Array.Exists(_options.Freeze, prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal))).Select(static pair => (pair.Value, pair.Value.Clone()))];
        network.RestartNoise();
        foreach ((Tensor live, Tensor kept) in frozen)
            live.CopyFrom(kept);
    }

    private void Resume(Optimiser optimiser, WeightsCopy best, WeightAverage? average)
    {
        if (Checkpoints is not { Exists: true })
            return;
        _state = Checkpoints.Load(_sessions, [.. Weights(best, average)], (moment, state) => optimiser.Restore(name => moment("optimiser/" + name), state.OptimiserSteps));
        _secondsBefore = _state.Seconds;
    }

    private void WriteCheckpoint(Optimiser optimiser, WeightsCopy best, WeightAverage? average)
    {
        _sinceCheckpoint.Restart();
        if (Checkpoints is null)
            return;
        _state.Seconds = Seconds();
        _state.OptimiserSteps = optimiser.Steps();
        Checkpoints.Write(_state, _sessions, [.. Weights(best, average), .. optimiser.State().Select(static pair => KeyValuePair.Create("optimiser/" + pair.Key, pair.Value))]);
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Weights(WeightsCopy best, WeightAverage? average)
    {
        int averaged = 0;
        for (int i = 0; i < _tensors.All.Count; i++)
        {
            (string name, Tensor tensor) = _tensors.All[i];
            yield return new("weights/" + name, tensor);
            yield return new("best/" + name, best.Values[i]);
            if (average is not null && averaged < average.Live.Count && ReferenceEquals(average.Live[averaged], tensor))
                yield return new("average/" + name, average.Values[averaged++]);
        }
    }

    private void Report(double share)
    {
        _reportedNs = RigClock.Now;
        double done = _state.Epoch - 1 + share;
        var remaining = TimeSpan.FromSeconds(Seconds() * (_options.Epochs - done) / done);
        List<double> losses = _state.ValidationLosses, correlations = _state.ValidationCorrelations;
        _progress?.Invoke(new TrainingProgress(
            _state.Epoch, _options.Epochs, share, _state.LossSum / Math.Max(1, _state.Batch), losses.Count == 0 ? double.NaN : losses[^1],
            _state.BestEpoch == 0 ? double.NaN : losses[_state.BestEpoch - 1], SamplesPerSecond(), remaining)
        {
            Step = _state.Step,
            ValidationCorrelation = correlations.Count == 0 ? double.NaN : correlations[^1],
        });
    }

    private double Seconds() => _secondsBefore + _sinceStart.Elapsed.TotalSeconds;

    private double SamplesPerSecond() => _state.TrainingSeconds > 0 ? _state.Samples / _state.TrainingSeconds : 0;
}
