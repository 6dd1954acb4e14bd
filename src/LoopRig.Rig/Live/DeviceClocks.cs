using LoopRig.Core;

namespace LoopRig.Rig.Live;

/// <summary>Gives every device clock of a rig a number of its own, made of its name: processes of one rig agree on it, and streams that share a clock share it.</summary>
internal static class DeviceClocks
{
    /// <summary>An adapter's streams as the rig publishes them. A device clock without a name is called after the adapter and the number that its source gave it.</summary>
    public static IReadOnlyList<StreamDescriptor> Number(string adapter, IReadOnlyList<StreamDescriptor> streams) => [.. streams.Select(stream => Number(adapter, stream))];

    private static StreamDescriptor Number(string adapter, StreamDescriptor stream)
    {
        if (stream.ClockId == 0)
        {
            return stream with { Clock = "rig" };
        }
        var name = stream.Clock is "" or "rig" ? $"{adapter} clock {stream.ClockId}" : stream.Clock;
        return stream with { Clock = name, ClockId = ClockId.Of(name).Value };
    }
}
