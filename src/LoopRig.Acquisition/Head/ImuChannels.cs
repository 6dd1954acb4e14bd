using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>The names and units of an inertial sensor's raw stream, in the sensor's own axes.</summary>
public static class ImuChannels
{
    /// <summary>Values of a sample without a magnetometer.</summary>
    public const int Inertial = 6;

    /// <summary>Values of a sample with a magnetometer.</summary>
    public const int WithMagnetometer = 9;

    private static readonly string[] s_names = ["gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z", "mag_x", "mag_y", "mag_z"];
    private static readonly string[] s_units = ["rad/s", "rad/s", "rad/s", "m/s2", "m/s2", "m/s2", "uT", "uT", "uT"];

    /// <summary>Describes the raw stream of a device.</summary>
    /// <param name="name">The stream's name.</param>
    /// <param name="channels"><see cref="Inertial"/> or <see cref="WithMagnetometer"/>.</param>
    /// <param name="rateHz">The nominal rate, 0 if irregular or unknown.</param>
    /// <param name="source">The device or file.</param>
    public static StreamDescriptor Describe(string name, int channels, double rateHz, string source) => new()
    {
        Name = name,
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [channels],
        Channels = s_names[..channels],
        Units = s_units[..channels],
        RateHz = rateHz,
        Source = source,
    };

    /// <summary>Where a channel of the given axis (0 to 5: gyroscope, then accelerometer) is in a stream, and what turns it into rad/s or m/s2.</summary>
    /// <exception cref="DeviceException">The stream has no such channel, or in a unit that is not known.</exception>
    internal static (int Place, double Scale) Find(StreamDescriptor stream, int axis)
    {
        int place = Array.IndexOf(stream.Channels, s_names[axis]);
        if (place < 0)
            throw new DeviceException(stream.Name, $"has no channel {s_names[axis]}; head orientation needs {string.Join(", ", s_names[..Inertial])}, and it has {string.Join(", ", stream.Channels)}");
        string unit = stream.Units.Length == 1 ? stream.Units[0] : place < stream.Units.Length ? stream.Units[place] : "";
        return (place, Scale(unit, isRate: axis < 3)
            ?? throw new DeviceException(stream.Name, $"channel {s_names[axis]} is in '{unit}', where {(axis < 3 ? "rad/s or deg/s" : "m/s2 or g")} is wanted"));
    }

    /// <summary>What turns a unit into rad/s or m/s2; null for one that is not known.</summary>
    /// <param name="unit">rad/s or deg/s; m/s2 or g.</param>
    /// <param name="isRate">Of a gyroscope, not of an accelerometer.</param>
    public static double? Scale(string unit, bool isRate) => (isRate, unit) switch
    {
        (true, "rad/s") => 1,
        (true, "deg/s") => Math.PI / 180,
        (false, "m/s2" or "m/s^2") => 1,
        (false, "g") => OrientationFilter.Gravity,
        _ => null,
    };
}
