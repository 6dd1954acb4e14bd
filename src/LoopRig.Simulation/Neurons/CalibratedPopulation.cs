using LoopRig.Core;

namespace LoopRig.Simulation.Neurons;

/// <summary>A population whose scales a rehearsal has fixed.</summary>
/// <param name="Units">The neurons, with their rates, shares and ceilings.</param>
/// <param name="ResponseMean">Of each unit's normalised filter response, its mean over the rehearsal.</param>
/// <param name="Rehearsal">What they were calibrated by.</param>
/// <param name="MemoryS">How far they look back at behaviour, s.</param>
internal sealed record CalibratedPopulation(UnitTruth[] Units, double[] ResponseMean, Rehearsal Rehearsal, double MemoryS)
{
    /// <summary>The population at rest.</summary>
    /// <param name="spikeSeed">Of its spikes.</param>
    public Cortex Create(ulong spikeSeed) => new(Units, Rehearsal.FreshDrive(), ResponseMean, new SeededRandom(spikeSeed, "spikes"), MemoryS);
}
