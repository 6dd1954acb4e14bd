using LoopRig.Core;
using LoopRig.Rig.Configuration;
using LoopRig.Simulation.Faults;

namespace LoopRig.Rig.Live;

/// <summary>Reads the faults of an adapter's configuration.</summary>
internal static class FaultPlan
{
    /// <summary>The faults as the simulation takes them.</summary>
    public static PlannedFault[] Of(IEnumerable<FaultConfig> faults) => [.. faults.Select(Of)];

    private static PlannedFault Of(FaultConfig fault)
    {
        var planned = new PlannedFault
        {
            Kind = KindOf(fault),
            AtNs = Ns(fault.AtSeconds),
            DurationNs = fault is LastingFaultConfig lasting ? Ns(lasting.Seconds) : 0,
            Streams = fault.Streams,
        };
        return fault switch
        {
            DropFaultConfig drop => planned with { Share = drop.LossPercent / 100 },
            GarbageFaultConfig garbage => planned with { Share = garbage.DamagePercent / 100 },
            JitterFaultConfig jitter => planned with { DelayNs = (long)(jitter.DelayMs * 1e6) },
            _ => planned,
        };
    }

    private static FaultKind KindOf(FaultConfig fault) => fault switch
    {
        DropFaultConfig => FaultKind.Drop,
        GapFaultConfig => FaultKind.Gap,
        FreezeFaultConfig => FaultKind.Freeze,
        JitterFaultConfig => FaultKind.Jitter,
        DisconnectFaultConfig => FaultKind.Disconnect,
        GarbageFaultConfig => FaultKind.Garbage,
        ClockResetFaultConfig => FaultKind.ClockReset,
        _ => throw new LoopRigException($"no fault of kind {fault.GetType().Name}"),
    };

    private static long Ns(double seconds) => (long)(seconds * 1e9);
}
