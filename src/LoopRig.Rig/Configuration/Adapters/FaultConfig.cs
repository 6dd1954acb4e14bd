using System.Text.Json.Serialization;

namespace LoopRig.Rig.Configuration;

/// <summary>A fault that is injected between an adapter and the wire, to see what the rig does about it. Its <c>kind</c> says which other keys it has.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DropFaultConfig), "drop")]
[JsonDerivedType(typeof(GapFaultConfig), "gap")]
[JsonDerivedType(typeof(FreezeFaultConfig), "freeze")]
[JsonDerivedType(typeof(JitterFaultConfig), "jitter")]
[JsonDerivedType(typeof(DisconnectFaultConfig), "disconnect")]
[JsonDerivedType(typeof(GarbageFaultConfig), "garbage")]
[JsonDerivedType(typeof(ClockResetFaultConfig), "clock-reset")]
public abstract class FaultConfig
{
    /// <summary>When it begins, counted from the adapter's first sample.</summary>
    [Range(0, 1e6)]
    public required double AtSeconds { get; init; }

    /// <summary>The names of the streams that it strikes; empty: all of the adapter.</summary>
    [Items(0, 64)]
    public string[] Streams { get; init; } = [];
}

/// <summary>A fault that lasts.</summary>
public abstract class LastingFaultConfig : FaultConfig
{
    /// <summary>How long it lasts.</summary>
    [Range(0.01, 1e6)]
    public required double Seconds { get; init; }
}

/// <summary>Messages are lost on the way to the loop; the recorder gets them all.</summary>
public sealed class DropFaultConfig : LastingFaultConfig
{
    /// <summary>How many of the messages are lost.</summary>
    [Range(0.1, 100)]
    public double LossPercent { get; init; } = 20;
}

/// <summary>The source is silent, and goes on.</summary>
public sealed class GapFaultConfig : LastingFaultConfig;

/// <summary>The same picture or the same values come again and again, their times going on.</summary>
public sealed class FreezeFaultConfig : LastingFaultConfig;

/// <summary>Messages are held up and come in clumps.</summary>
public sealed class JitterFaultConfig : LastingFaultConfig
{
    /// <summary>By how much a message is held up at most.</summary>
    [Range(1, 10_000)]
    public double DelayMs { get; init; } = 150;
}

/// <summary>The source is gone, and comes back with a new epoch.</summary>
public sealed class DisconnectFaultConfig : LastingFaultConfig;

/// <summary>Messages arrive damaged: wrong bytes, cut short, no header.</summary>
public sealed class GarbageFaultConfig : LastingFaultConfig
{
    /// <summary>How many of the messages are damaged.</summary>
    [Range(0.1, 100)]
    public double DamagePercent { get; init; } = 20;
}

/// <summary>The device's time begins again at 0. A stream on the rig clock gets a device clock for this.</summary>
public sealed class ClockResetFaultConfig : FaultConfig;
