using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>What a session's network is trained and validated on: batches of its windows, or of sequences where it answers every frame.</summary>
internal sealed class SessionSamples
{
    private readonly INetwork _network;
    private readonly Dataset _data;

    /// <summary>Chooses the samples.</summary>
    /// <exception cref="NetworkException">The data have other units or inputs than the network.</exception>
    /// <exception cref="TrainingException">No sample is long enough.</exception>
    internal SessionSamples(TrainingSession session, TrainingOptions options)
    {
        (Name, _network, _data) = (session.Name, session.Network, session.Data);
        CheckFit();
        EveryFrame = _network.AnswersEveryFrame;
        Frames = EveryFrame ? options.SequenceFrames : _network.WindowFrames;
        BurnIn = EveryFrame ? options.BurnIn : 0;
        Fit = session.Split.Fit;
        Validation = EveryFrame ? Tiles(session.Split.Validation) : session.Split.Validation;
        if (Fit.Length == 0 || Validation.Length == 0)
            throw new TrainingException($"session {Name}: {Fit.Length} samples of {Frames} frames to train on and {Validation.Length} to validate; both need at least one");
    }

    internal string Name { get; }

    internal INetwork Network => _network;

    /// <summary>Whether responses are [N, k, U] in place of [N, U].</summary>
    internal bool EveryFrame { get; }

    /// <summary>Frames k of a sample.</summary>
    internal int Frames { get; }

    /// <summary>First frames of a sequence that do not count.</summary>
    internal int BurnIn { get; }

    /// <summary>Last bins of the samples to train on.</summary>
    internal int[] Fit { get; }

    /// <summary>Last bins of the samples to validate on; of sequences such that their counted frames do not overlap.</summary>
    internal int[] Validation { get; }

    /// <summary>Batches that use every sample once; of sequences, every frame about once.</summary>
    internal int Batches(int batchSize) => Math.Max(1, Fit.Length / (EveryFrame ? batchSize * (Frames - BurnIn) : batchSize));

    /// <summary>One tensor an input, on the network's device: [N, k, ...].</summary>
    internal Tensor[] Windows(ReadOnlySpan<int> lasts)
    {
        var windows = new Tensor[_network.Inputs.Count];
        for (int input = 0; input < windows.Length; input++)
            windows[input] = _data.Windows(input, _network.Inputs[input], lasts, Frames).To(_network.Weights.Device);
        return windows;
    }

    /// <summary>What the counted responses should be, on the network's device: [N, U], or [N, k - burn-in, U]; NaN where nothing was recorded.</summary>
    internal Tensor Targets(ReadOnlySpan<int> lasts)
    {
        int delay = _network.Spec.OutputDelayBins;
        return (EveryFrame ? Counted(_data.SequenceTargets(lasts, Frames, delay)) : _data.Targets(lasts, delay)).To(_network.Weights.Device);
    }

    /// <summary>The responses that count.</summary>
    internal Tensor Counted(Tensor responses) => EveryFrame && BurnIn > 0 ? responses.Narrow(1, BurnIn, Frames - BurnIn) : responses;

    private int[] Tiles(int[] lasts)
    {
        var tiles = new List<int>();
        foreach (int last in lasts.Order())
        {
            if (tiles.Count == 0 || last >= tiles[^1] + Frames - BurnIn)
                tiles.Add(last);
        }
        return [.. tiles];
    }

    private void CheckFit()
    {
        if (_network.Units != _data.UnitIds.Length)
            throw new NetworkException($"session {Name}: the network has {_network.Units} units, the data {_data.UnitIds.Length}");
        if (InputSpec.Difference(_network.Inputs, _data.Inputs) is { } difference)
            throw new NetworkException($"session {Name}: {difference}");
    }
}
