using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Scores stimuli of one batch by what they miss of an activation, and by how far the nearest other is.</summary>
internal sealed class DiverseObjective : IObjective
{
    private const double Far = 1e6, Tiny = 1e-12;

    private readonly ProbeObjective _responses;
    private readonly DiverseSettings _settings;
    private readonly Tensor _best; // [1, P]
    private readonly double _wanted, _deviation;
    private readonly bool _least;

    /// <param name="responses">Responses of the target; borrowed.</param>
    /// <param name="settings">What is sought.</param>
    /// <param name="best">The best stimulus, all frames.</param>
    /// <param name="activation">Its response.</param>
    /// <param name="least">Whether low responses are sought.</param>
    /// <param name="device">Where stimuli are.</param>
    internal DiverseObjective(ProbeObjective responses, DiverseSettings settings, float[] best, double activation, bool least, Device device)
    {
        (_responses, _settings, _least) = (responses, settings, least);
        _wanted = activation;
        double mean = best.Average();
        _deviation = Math.Max(1e-6, Math.Sqrt(best.Average(value => (value - mean) * (value - mean))));
        using Scope scope = new();
        _best = scope.Keep(Tensor.FromArray(best, 1, best.Length).To(device));
    }

    /// <inheritdoc/>
    public Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        Tensor response = F.Mean(_responses.Driven(seen, vectors, chance), [1]); // [N]
        double scale = Math.Max(1e-6, Math.Abs(_wanted));
        // Least exciting stimuli may respond more by as much as most exciting ones may respond less.
        double border = _least ? _wanted + (1 - _settings.LeastShare) * scale : _wanted - (1 - _settings.LeastShare) * scale;
        Tensor missing = F.Relu(_least ? response - border : border - response) * (1 / scale);
        return _settings.Weight * Nearest(seen) - missing;
    }

    /// <summary>Root mean square distance to the nearest other (and the best, where that counts), in deviations of the best: [N].</summary>
    internal Tensor Nearest(Tensor seen)
    {
        Tensor flat = seen.Flatten(1); // [N, P]
        Tensor apart = F.Mean(F.Square(flat.Unsqueeze(1) - flat.Unsqueeze(0)), [2]) + Far * Tensor.Eye(flat.Size(0)).To(flat.Device); // [N, N]
        if (_settings.From == Difference.TheBest) apart = F.Cat([apart, F.Mean(F.Square(flat - _best), [1], keepDimensions: true)], 1);
        return F.Sqrt(-F.AMax(-apart, [1]) + Tiny) * (1 / _deviation);
    }

    /// <inheritdoc/>
    public void Dispose() => _best.Dispose();
}
