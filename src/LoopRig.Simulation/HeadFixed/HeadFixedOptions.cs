using LoopRig.Core;
using LoopRig.Core.Stimuli;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>What the head-fixed mouse is and how its rig samples it.</summary>
public sealed record HeadFixedOptions
{
    /// <summary>The adapter's name.</summary>
    public required string Name { get; init; }

    /// <summary>The monitor before it.</summary>
    public required MonitorDescription Monitor { get; init; }

    /// <summary>Decides which animal: neurons, receptive fields. The same seed, session and pictures give the same streams bit for bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which recording of that animal: each has other spikes and other behaviour.</summary>
    public ulong Session { get; init; }

    /// <summary>Simulated neurons.</summary>
    public int Units { get; init; } = 48;

    /// <summary>From the end of a bin to its spike counts on the wire: what online sorting takes, ms.</summary>
    public double ActivityLatencyMs { get; init; } = 20;

    /// <summary>Encoder counts of one turn of the wheel.</summary>
    public int EncoderCountsPerTurn { get; init; } = 4096;

    /// <summary>The radius at which the animal runs, cm.</summary>
    public double WheelRadiusCm { get; init; } = 8;

    /// <summary>Seed of what differs between recordings.</summary>
    internal ulong SessionSeed => Seed ^ ((Session + 1) * 0x9E3779B97F4A7C15UL);

    /// <summary>Checks every value.</summary>
    /// <exception cref="RigConfigException">A value is out of range; the key is named.</exception>
    internal void Validate()
    {
        Check(Units is >= 1 and <= 512, nameof(Units), "1 to 512");
        Check(ActivityLatencyMs is >= 0 and <= 2000, nameof(ActivityLatencyMs), "0 to 2000 ms");
        Check(EncoderCountsPerTurn is >= 1 and <= 10_000_000, nameof(EncoderCountsPerTurn), "1 to 10000000 counts");
        Check(WheelRadiusCm is >= 0.1 and <= 100, nameof(WheelRadiusCm), "0.1 to 100 cm");
    }

    private void Check(bool holds, string key, string range)
    {
        if (!holds)
            throw new RigConfigException(Name, char.ToLowerInvariant(key[0]) + key[1..], $"must be {range}");
    }
}
