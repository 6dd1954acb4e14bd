using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Scores a stimulus by how well the network's answer matches responses: minus a training loss, mean over frames and units.</summary>
internal sealed class ResponseMatch : IObjective
{
    private const double Tiny = 1e-8; // as in training

    private readonly NetworkWindows _windows;
    private readonly IProbe _probe;
    private readonly Tensor _wanted; // [1, F, K]
    private readonly bool _poisson;

    internal ResponseMatch(INetwork network, NetworkWindows windows, IReadOnlyList<int> units, IReadOnlyList<float[]> responses, ResponseLoss loss)
    {
        _windows = windows;
        _probe = network.Probe(ProbedUnits.All(units));
        _poisson = loss == ResponseLoss.Poisson;
        using Scope scope = new();
        _wanted = scope.Keep(Tensor.FromArray([.. responses.SelectMany(static frame => frame)], 1, responses.Count, units.Count).To(network.Weights.Device));
    }

    /// <inheritdoc/>
    public Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        Tensor rate = Responses(seen, vectors, chance);
        return -F.Mean(_poisson ? rate - _wanted * F.Log(rate + Tiny) : F.Square(rate - _wanted), [1, 2]);
    }

    /// <summary>[N, F, K].</summary>
    internal Tensor Responses(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance) => _windows.Respond(_probe, seen, vectors, chance);

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe.Dispose();
        _wanted.Dispose();
    }
}
