using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Rig.Configuration;

/// <summary>An inertial sensor: what it measures as stream NAME (rad/s, m/s2, uT), and the head's pitch and roll as NAME/orientation.</summary>
public sealed class ImuConfig : AdapterConfig
{
    /// <summary>
    /// A serial device, such as /dev/serial/by-id/... (serial:PATH outside /dev); stream:NAME, another adapter's raw signals, of which only the orientation
    /// is made here; or a recording, relative to this file: a table (.csv, .npy), a folder of a BROAD trial, a folder of head-mount parts.
    /// </summary>
    [InputFile(OrStream = true, OrSerial = true, OrFolder = true)]
    public required string Source { get; init; }

    /// <summary>The direction of the nose in the sensor's own axes; what of it lies along up is taken off.</summary>
    [Items(3, 3)]
    public double[] Forward { get; init; } = [1, 0, 0];

    /// <summary>The direction of the crown in the sensor's own axes: what its accelerometer reads while the head is in its zero posture.</summary>
    [Items(3, 3)]
    public double[] Up { get; init; } = [0, 0, 1];

    /// <summary>The unit of the angular rate, where the recording does not say it, and of a serial device's counts.</summary>
    public GyroscopeUnit GyroscopeUnit { get; init; } = GyroscopeUnit.RadPerS;

    /// <summary>The unit of the acceleration, where the recording does not say it, and of a serial device's counts.</summary>
    public AccelerometerUnit AccelerometerUnit { get; init; } = AccelerometerUnit.MPerS2;

    /// <summary>Of a serial device: how many of its counts are one gyroscopeUnit (the data sheet's sensitivity, such as 16.4 with degPerS).</summary>
    [Range(1e-6, 1e9)]
    public double GyroscopeCountsPerUnit { get; init; } = 1;

    /// <summary>Of a serial device: how many of its counts are one accelerometerUnit (such as 2048 with g).</summary>
    [Range(1e-6, 1e9)]
    public double AccelerometerCountsPerUnit { get; init; } = 1;

    /// <summary>Of a serial device: how many of its counts are one microtesla; absent: it has no magnetometer.</summary>
    [Range(1e-6, 1e9)]
    public double? MagnetometerCountsPerUt { get; init; }

    /// <summary>Samples of up to this long a time travel together, each with its own time, milliseconds.</summary>
    [Range(0, 1000)]
    public double BlockMs { get; init; } = 10;

    /// <summary>The rate of a serial device, for which receivers make room, or of a recording without times, samples per second; 0: the recording knows.</summary>
    [Range(0, 1e6)]
    public double RateHz { get; init; }

    /// <summary>Of a serial device: bits per second.</summary>
    [Range(50, 12_000_000)]
    public int BaudRate { get; init; } = 115_200;

    /// <summary>Of a serial device: the id that it must say; absent: whichever says hello first.</summary>
    public string? Device { get; init; }

    /// <summary>Of a serial device: the name of its clock; devices with the same name share one. Absent: the adapter's name.</summary>
    public string? Clock { get; init; }

    /// <summary>Of a serial device: the least time from sampling to hand-over that is known of it, milliseconds; its clock's model takes that off. Without effect on what is stamped with the rig's own clock.</summary>
    [Range(0, 10_000)]
    public double LatencyMs { get; init; }

    /// <summary>A serial device that says nothing for this long is lost, milliseconds.</summary>
    [Range(50, 60_000)]
    public double SilenceMs { get; init; } = 1000;

    /// <summary>Whether a recording starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether a recording plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <inheritdoc/>
    internal override string? SourceStream => StreamOf(Source);

    /// <summary>The path of the serial device; null when the source is a recording or a stream.</summary>
    internal string? SerialDevice => SerialOf(Source);

    /// <summary>How the sensor sits on the head.</summary>
    /// <exception cref="LoopRigException">The directions are none; the text begins with the key.</exception>
    internal Mounting CreateMounting() => new(new Vector3D(Forward[0], Forward[1], Forward[2]), new Vector3D(Up[0], Up[1], Up[2]));
}

/// <summary>A unit of angular rate.</summary>
public enum GyroscopeUnit
{
    /// <summary>Radians per second.</summary>
    RadPerS,
    /// <summary>Degrees per second.</summary>
    DegPerS,
}

/// <summary>A unit of acceleration.</summary>
public enum AccelerometerUnit
{
    /// <summary>Metres per second squared.</summary>
    MPerS2,
    /// <summary>Standard gravity, 9.80665 m/s2.</summary>
    G,
}
