namespace LoopRig.Acquisition;

/// <summary>What an encoder speaks on its serial line, and who it must be.</summary>
public sealed record EncoderProtocol
{
    /// <summary>Of the line protocol: the id that the device must say; null: whichever says hello first.</summary>
    public string? Device { get; init; }

    /// <summary>The Harp protocol is spoken, and this is where the counts are; null: the line protocol.</summary>
    public HarpEncoderOptions? Harp { get; init; }

    /// <summary>Of the line protocol: the device tells of the pulses that it shares with other devices; they are the stream NAME/sync.</summary>
    public bool SyncPulses { get; init; }

    /// <summary>The name of the device's clock; devices that share one, such as those of a Harp clock bus, share its model. Null: the adapter's name.</summary>
    public string? Clock { get; init; }

    /// <summary>The least time from sampling to hand-over that is known of the device, ms.</summary>
    public double LatencyMs { get; init; }
}
