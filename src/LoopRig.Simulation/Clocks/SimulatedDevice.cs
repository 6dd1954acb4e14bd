using LoopRig.Core;

namespace LoopRig.Simulation;

/// <summary>How long messages are under way beyond the least possible time: never less than 0.</summary>
public enum DelayKind
{
    /// <summary>Anything up to twice the mean is equally likely.</summary>
    Uniform,
    /// <summary>Exponential: mostly short, sometimes long.</summary>
    Exponential,
    /// <summary>The sum of two exponentials: hardly ever next to nothing.</summary>
    TwoStage,
    /// <summary>The absolute value of a normal.</summary>
    HalfNormal,
}

/// <summary>A device with a clock of its own, and the way from it to the host.</summary>
public sealed record SimulatedDevice
{
    /// <summary>The stream's name, and its clock's.</summary>
    public required string Name { get; init; }
    /// <summary>Samples per second of its own clock.</summary>
    public required double RateHz { get; init; }
    /// <summary>Samples in a message.</summary>
    public int BlockSamples { get; init; } = 1;
    /// <summary>How much faster its clock runs than the rig clock, parts per million.</summary>
    public double DriftPpm { get; init; }
    /// <summary>What its clock shows at the rig's 0, ns.</summary>
    public long OffsetNs { get; init; }
    /// <summary>The mean delay, ms.</summary>
    public double DelayMs { get; init; } = 5;
    /// <summary>How delays are distributed.</summary>
    public DelayKind Delay { get; init; } = DelayKind.Exponential;
    /// <summary>The least time from a sample to its hand-over, ns: declared, and so known to the model.</summary>
    public long LatencyNs { get; init; }
    /// <summary>When its clock jumps (s, true time) and what it shows then, ns.</summary>
    public IReadOnlyList<(double AtSeconds, long ShowsNs)> Resets { get; init; } = [];

    /// <summary>What its clock shows at a true time, ns.</summary>
    public long Shows(double trueNs)
    {
        (double at, double shows) = (0, OffsetNs);
        foreach (var (seconds, value) in Resets)
        {
            if (trueNs >= seconds * 1e9)
            {
                (at, shows) = (seconds * 1e9, value);
            }
        }
        return (long)shows + (long)Math.Round((trueNs - at) * (1 + DriftPpm * 1e-6));
    }

    /// <summary>The descriptor of its stream: one channel.</summary>
    public StreamDescriptor Describe(uint clockId) => new()
    {
        Name = Name,
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [1],
        Channels = [Name],
        RateHz = RateHz,
        ClockId = clockId,
        Clock = Name,
        LatencyNs = LatencyNs,
    };
}
