using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models;

/// <summary>A probe that computes all outputs of a network (or of one that was cut down to the units) and picks from them.</summary>
internal sealed class WholeProbe : IProbe
{
    private readonly Func<Tensor[], Random?, Tensor> _forward;
    private readonly Tensor _places;
    private readonly bool _each;
    private readonly IDisposable? _owned;

    /// <summary>Makes the probe.</summary>
    /// <param name="forward">Windows to responses [N, U] or [N, k, U].</param>
    /// <param name="places">Where the units lie among those outputs.</param>
    /// <param name="each">As <see cref="ProbedUnits.Each"/>.</param>
    /// <param name="device">Where the outputs are.</param>
    /// <param name="owned">Freed with the probe.</param>
    internal WholeProbe(Func<Tensor[], Random?, Tensor> forward, long[] places, bool each, Device device, IDisposable? owned = null)
    {
        using Scope scope = new();
        (_forward, _each, _owned) = (forward, each, owned);
        _places = scope.Keep(Tensor.FromArray(places).To(device));
    }

    /// <summary>A probe of the network as it is.</summary>
    internal WholeProbe(INetwork network, ProbedUnits units)
        : this((windows, _) => network.Forward(windows, training: false), [.. units.Indices.Select(static unit => (long)unit)], units.Each, network.Weights.Device) { }

    /// <inheritdoc/>
    public Tensor Respond(Tensor[] windows, Random? chance = null)
    {
        using Scope scope = new();
        Tensor all = _forward(windows, chance);
        if (!_each) return scope.MoveToOuter(all.IndexSelect(all.Rank - 1, _places));
        Tensor places = _places.Unsqueeze(1); // [N, 1]
        if (all.Rank == 3) places = places.Unsqueeze(1).Expand(-1, all.Size(1), -1);
        return scope.MoveToOuter(F.Gather(all, all.Rank - 1, places));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places.Dispose();
        _owned?.Dispose();
    }
}
