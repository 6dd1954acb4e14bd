namespace LoopRig.Rig.Configuration;

/// <summary>A wheel or treadmill with an encoder. Streams: NAME (speed in cm/s, position in cm, the flags stationary and running) and NAME/counts, the counter as it is.</summary>
public sealed class TreadmillConfig : AdapterConfig
{
    /// <summary>A serial device, such as /dev/serial/by-id/... (serial:PATH outside /dev); stream:NAME, another adapter's counts; or a recording, relative to this file: .npy of (N,2), seconds and counts, an encoder module's .ssv log, or the log of a Harp register.</summary>
    [InputFile(OrStream = true, OrSerial = true)]
    public required string Source { get; init; }

    /// <summary>Encoder counts of one turn (of an array in radians: 6.2832).</summary>
    [Range(1, 1e7)]
    public required double CountsPerTurn { get; init; }

    /// <summary>The radius at which the animal runs, centimetres.</summary>
    [Range(0.1, 100)]
    public required double RadiusCm { get; init; }

    /// <summary>Whether growing counts are the animal running backwards.</summary>
    public bool Reverse { get; init; }

    /// <summary>The width of the encoder's counter, after which it begins again, bits; 0: it never does.</summary>
    [Range(0, 32)]
    public int CounterBits { get; init; } = 32;

    /// <summary>Of a serial device: bits per second.</summary>
    [Range(50, 12_000_000)]
    public int BaudRate { get; init; } = 115_200;

    /// <summary>Of a serial device with the line protocol: the id that it must say; absent: whichever says hello first.</summary>
    public string? Device { get; init; }

    /// <summary>The device speaks the Harp protocol, or the recording is a Harp log, and this is where its counts are; absent: the line protocol of docs/serial-protocol.md.</summary>
    public HarpConfig? Harp { get; init; }

    /// <summary>Of a serial device with the line protocol: it tells of the pulses that it shares with other devices, which become the stream NAME/sync (docs/time.md).</summary>
    public bool SyncPulses { get; init; }

    /// <summary>The name of the device's clock; devices with the same name share one. Absent: the adapter's name, or harp, which all devices on a Harp clock bus share.</summary>
    public string? Clock { get; init; }

    /// <summary>Of a serial device: the least time from sampling to hand-over that is known of it, milliseconds; its clock's model takes that off. Without effect on what is stamped with the rig's own clock.</summary>
    [Range(0, 10_000)]
    public double LatencyMs { get; init; }

    /// <summary>A serial device that says nothing for this long is lost, milliseconds.</summary>
    [Range(50, 60_000)]
    public double SilenceMs { get; init; } = 2500;

    /// <summary>No animal is faster than this, cm/s: a reading farther from the one before is the encoder's error, and left out.</summary>
    [Range(1, 10_000)]
    public double FastestCmPerS { get; init; } = 400;

    /// <summary>Samples of speed per second.</summary>
    [Range(1, 10_000)]
    public double OutputRateHz { get; init; } = 100;

    /// <summary>The length of the Hamming window that the speed is smoothed with, milliseconds. The speed lags by half of it.</summary>
    [Range(1, 10_000)]
    public double SpeedWindowMs { get; init; } = 100;

    /// <summary>A movement begins when the speed, forwards or backwards, reaches this, cm/s,</summary>
    [Range(0.001, 1000)]
    public double MovingAboveCmPerS { get; init; } = 1;

    /// <summary>and is over when it has stayed below this, cm/s,</summary>
    [Range(0.001, 1000)]
    public double StillBelowCmPerS { get; init; } = 0.4;

    /// <summary>for this long, milliseconds.</summary>
    [Range(0, 60_000)]
    public double StillAfterMs { get; init; } = 200;

    /// <summary>The animal runs when its speed reaches this, cm/s,</summary>
    [Range(0.001, 1000)]
    public double RunningAboveCmPerS { get; init; } = 5;

    /// <summary>until it falls below this, cm/s.</summary>
    [Range(0.001, 1000)]
    public double RunningEndsBelowCmPerS { get; init; } = 3;

    /// <summary>Of a recording: whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Of a recording: whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    internal override string? SourceStream => StreamOf(Source);

    /// <summary>The path of the serial device; null when the source is a recording or a stream.</summary>
    internal string? SerialDevice => SerialOf(Source);
}

/// <summary>Where a Harp device keeps its counts.</summary>
public sealed class HarpConfig
{
    /// <summary>The register whose events carry the count.</summary>
    [Range(0, 255)]
    public required int Register { get; init; }

    /// <summary>Which of the register's numbers is the count, from 0.</summary>
    [Range(0, 255)]
    public int Element { get; init; }

    /// <summary>What the device's register WhoAmI must say; absent: whatever it says first.</summary>
    [Range(0, 65_535)]
    public int? WhoAmI { get; init; }
}
