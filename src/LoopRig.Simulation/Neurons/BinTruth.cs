namespace LoopRig.Simulation.Neurons;

/// <summary>One bin of the population: what was drawn and what it was drawn from, one element a unit.</summary>
public sealed class BinTruth(int units)
{
    /// <summary>Spikes in the bin.</summary>
    public ushort[] Counts { get; } = new ushort[units];

    /// <summary>Expected spikes in the bin, history included.</summary>
    public float[] Expected { get; } = new float[units];

    /// <summary>Visual drive, mean 1 over a long time.</summary>
    public float[] Drive { get; } = new float[units];

    /// <summary>Multiplicative gain by behaviour.</summary>
    public float[] Gain { get; } = new float[units];

    /// <summary>Additive drive by behaviour.</summary>
    public float[] Offset { get; } = new float[units];

    /// <summary>Takes over the values of <paramref name="other"/>.</summary>
    internal void CopyFrom(BinTruth other)
    {
        other.Counts.CopyTo(Counts, 0);
        other.Expected.CopyTo(Expected, 0);
        other.Drive.CopyTo(Drive, 0);
        other.Gain.CopyTo(Gain, 0);
        other.Offset.CopyTo(Offset, 0);
    }
}
