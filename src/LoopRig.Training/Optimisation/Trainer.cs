using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>Trains a network on a data set: Adam on the Poisson loss, early stopping on validation, best weights kept.</summary>
public sealed class Trainer
{
    private readonly INetwork _network;
    private readonly Dataset _data;
    private readonly DataSplit _split;
    private readonly TrainingOptions _options;
    private readonly Action<TrainingProgress>? _progress;
    private readonly Stopwatch _total = new();
    private readonly Stopwatch _training = new();
    private long _samples, _reportedNs;
    private double _validation = double.NaN, _best = double.NaN;

    /// <summary>Prepares training.</summary>
    /// <param name="network">Trained in place; its units and inputs are those of the data.</param>
    /// <param name="data">The bins.</param>
    /// <param name="split">Which windows fit and which validate.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is; runs on the training thread.</param>
    /// <exception cref="NetworkException">The data have other units or inputs than the network.</exception>
    public Trainer(INetwork network, Dataset data, DataSplit split, TrainingOptions options, Action<TrainingProgress>? progress = null)
    {
        if (network.Units != data.UnitIds.Length)
            throw new NetworkException($"the network has {network.Units} units, the data {data.UnitIds.Length}");
        if (!network.Inputs.Select(static input => (input.Name, input.Length)).SequenceEqual(data.Inputs.Select(static input => (input.Name, input.Length))))
            throw new NetworkException($"the network takes {Names(network.Inputs)}, the data hold {Names(data.Inputs)}");
        (_network, _data, _split, _options, _progress) = (network, data, split, options, progress);
    }

    /// <summary>Trains until early stopping or the last epoch.</summary>
    /// <param name="stop">Ends training after the current batch; the network then holds the best weights so far.</param>
    public TrainingResult Run(CancellationToken stop = default)
    {
        LibTorch.ManualSeed((ulong)_options.Seed);
        var random = new Random(_options.Seed);
        foreach (Tensor parameter in _network.Parameters.Values)
            parameter.RequiresGrad = true;
        using var adam = new Adam(_network.Parameters.Values, _options.LearningRate);
        using var best = new Checkpoint(_network);
        var losses = new List<double>();
        int bestEpoch = 0;
        _total.Start();
        for (int epoch = 1; epoch <= _options.Epochs && epoch - bestEpoch <= _options.Patience && !stop.IsCancellationRequested; epoch++)
        {
            double loss = TrainEpoch(adam, random, epoch, stop);
            if (stop.IsCancellationRequested)
                break;
            _validation = ValidationLoss();
            losses.Add(_validation);
            if (double.IsNaN(_best) || _validation < _best)
            {
                _best = _validation;
                bestEpoch = epoch;
                best.Take();
            }
            Report(epoch, 1, loss);
        }
        best.Restore();
        foreach (Tensor parameter in _network.Parameters.Values)
            parameter.RequiresGrad = false;
        return new TrainingResult(bestEpoch, losses.Count, [.. losses], _total.Elapsed, _samples / _training.Elapsed.TotalSeconds);
    }

    /// <summary>One step on one batch: the loss of the responses and the whole loss before it.</summary>
    internal static (double Response, double Total) Step(INetwork network, Adam adam, Tensor[] windows, Tensor targets, TrainingContext context)
    {
        using var scope = new Scope();
        TrainingPass pass = network.ForwardTraining(windows, context);
        Tensor response = Loss.Of(network.Spec.Loss, pass.Responses, targets);
        Tensor loss = pass.Penalty is null ? response : response + pass.Penalty;
        loss.Backward();
        adam.Step();
        return (response.Item(), loss.Item());
    }

    private double TrainEpoch(Adam adam, Random random, int epoch, CancellationToken stop)
    {
        var order = (int[])_split.Fit.Clone();
        random.Shuffle(order);
        double sum = 0;
        int batches = Math.Max(1, order.Length / _options.BatchSize);       // a last small batch would give noisy batch statistics
        _training.Start();
        for (int batch = 0; batch < batches && !stop.IsCancellationRequested; batch++)
        {
            ReadOnlySpan<int> lasts = order.AsSpan(batch * _options.BatchSize, Math.Min(_options.BatchSize, order.Length - batch * _options.BatchSize));
            using var scope = new Scope();
            sum += Step(_network, adam, Windows(lasts), _data.Targets(lasts, _network.Spec.OutputDelayBins), new TrainingContext(random, _split.Fit.Length)).Total;
            _samples += lasts.Length;
            if (batch + 1 < batches && RigClock.Now - _reportedNs > RigClock.SecondNs)
                Report(epoch, (batch + 1.0) / batches, sum / (batch + 1));
        }
        _training.Stop();
        return sum / batches;
    }

    private double ValidationLoss()
    {
        using var noGraph = new NoGrad();
        double sum = 0;
        foreach (int[] lasts in _split.Validation.Chunk(_options.BatchSize))
        {
            using var scope = new Scope();
            sum += Loss.Of(_network.Spec.Loss, _network.Forward(Windows(lasts), training: false), _data.Targets(lasts, _network.Spec.OutputDelayBins)).Item() * lasts.Length;
        }
        return sum / _split.Validation.Length;
    }

    private Tensor[] Windows(ReadOnlySpan<int> lasts)
    {
        var windows = new Tensor[_network.Inputs.Count];
        for (int input = 0; input < windows.Length; input++)
            windows[input] = _data.Windows(input, _network.Inputs[input], lasts, _network.WindowFrames);
        return windows;
    }

    private void Report(int epoch, double share, double loss)
    {
        _reportedNs = RigClock.Now;
        double done = epoch - 1 + share;
        TimeSpan remaining = _total.Elapsed * ((_options.Epochs - done) / done);
        _progress?.Invoke(new TrainingProgress(epoch, _options.Epochs, share, loss, _validation, _best, _samples / _training.Elapsed.TotalSeconds, remaining));
    }

    private static string Names(IReadOnlyList<InputSpec> inputs) => string.Join(", ", inputs.Select(static input => $"{input.Name} ({input.Length})"));
}
