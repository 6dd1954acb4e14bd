namespace LoopRig.Core;

/// <summary>The clocks of a set of streams: one model for each device clock, by its name, however many streams it stamps.</summary>
public sealed class RigClocks
{
    private readonly List<StreamClock> _streams = [];
    private ClockModel[] _devices = [];

    /// <summary>Makes a model for every device clock of the streams.</summary>
    public RigClocks(IReadOnlyList<StreamDescriptor> streams)
    {
        foreach (var stream in streams)
        {
            Add(stream);
        }
    }

    /// <summary>A stream's clock.</summary>
    public StreamClock this[int stream] => _streams[stream];

    /// <summary>The device clocks, in the order of their first streams. Any thread may read them.</summary>
    public IReadOnlyList<ClockModel> Devices => Volatile.Read(ref _devices);

    /// <summary>Adds a stream, and its clock's model if it is the clock's first.</summary>
    public StreamClock Add(StreamDescriptor stream)
    {
        ClockModel? device = null;
        if (stream.ClockId != 0)
        {
            device = Array.Find(_devices, d => d.Name == stream.Clock);
            if (device is null)
            {
                device = new ClockModel(stream.Clock, new ClockId(stream.ClockId), stream.ClockWrapNs);
                Volatile.Write(ref _devices, [.. _devices, device]);
            }
        }
        var clock = new StreamClock(stream, device);
        _streams.Add(clock);
        return clock;
    }
}
