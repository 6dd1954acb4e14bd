using LoopRig.Core;

namespace LoopRig.Simulation.Sensors;

/// <summary>The clock that a simulated device stamps and samples by: the rig clock, or one with an offset, a drift and resets.</summary>
internal sealed class DeviceClock
{
    private readonly long _offsetNs;
    private readonly double _drift;
    private readonly long[] _resetsNs;

    /// <summary>The clock of a device; the rig clock unless <paramref name="clocks"/> gives it one.</summary>
    public DeviceClock(MouseDevice device, IReadOnlyList<MouseClockOptions> clocks)
    {
        Device = device;
        MouseClockOptions? own = clocks.FirstOrDefault(clock => clock.Device == device);
        _resetsNs = [.. (own?.ResetSeconds ?? []).Select(reset => (long)Math.Round(reset * RigClock.SecondNs))];
        if (own is null)
            return;
        Name = device.ToString().ToLowerInvariant();
        Id = ClockId.Of(Name);
        _offsetNs = (long)Math.Round(own.OffsetSeconds * RigClock.SecondNs);
        _drift = own.DriftPpm * 1e-6;
    }

    /// <summary>Whose clock it is.</summary>
    public MouseDevice Device { get; }

    /// <summary>Its number; 0 is the rig clock.</summary>
    public ClockId Id { get; }

    /// <summary>Its name.</summary>
    public string Name { get; } = "rig";

    /// <summary>How much faster it runs than the rig clock, parts per million.</summary>
    public double DriftPpm => _drift * 1e6;

    /// <summary>What it shows.</summary>
    /// <param name="sinceNs">Time since the start of the simulation, ns.</param>
    /// <param name="startNs">The rig clock at the start, ns.</param>
    public long Shows(long sinceNs, long startNs)
    {
        if (Id == ClockId.Rig)
            return startNs + sinceNs;
        (long begunNs, long offsetNs) = (0, _offsetNs);
        foreach (long resetNs in _resetsNs)
        {
            if (sinceNs >= resetNs)
                (begunNs, offsetNs) = (resetNs, 0);
        }
        return offsetNs + (sinceNs - begunNs) + (long)Math.Round((sinceNs - begunNs) * _drift);
    }

    /// <summary>When the device takes a sample, ns since the start: every <paramref name="periodNs"/> of its own time, through resets.</summary>
    public long SampleNs(long index, long periodNs) => _drift == 0 ? index * periodNs : (long)Math.Round(index * (double)periodNs / (1 + _drift));
}
