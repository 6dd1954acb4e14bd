namespace LoopRig.Simulation.Neurons;

/// <summary>How a simulated neuron turns what its receptive field sees into drive.</summary>
public enum UnitKind
{
    /// <summary>Linear-nonlinear: one Gabor filter, half-squared. The response depends on phase.</summary>
    Simple,

    /// <summary>Energy model: the squares of two Gabor filters a quarter cycle apart, summed (Adelson and Bergen 1985). Phase does not matter.</summary>
    Complex,
}
