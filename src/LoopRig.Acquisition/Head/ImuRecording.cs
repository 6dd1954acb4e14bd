using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// A recorded gyroscope and accelerometer, in rad/s and m/s2 whatever the file has, with a time for each sample. Read are a folder of a BROAD trial, a
/// folder of head-mount parts (or one part), and tables (.npy, .csv and other text).
/// </summary>
public abstract class ImuRecording : IDisposable
{
    /// <summary>Values of a sample: <see cref="ImuChannels.Inertial"/> or <see cref="ImuChannels.WithMagnetometer"/>.</summary>
    public abstract int Channels { get; }

    /// <summary>Samples.</summary>
    public abstract int Samples { get; }

    /// <summary>The nominal rate, 0 if the samples' own times are all there is.</summary>
    public abstract double RateHz { get; }

    /// <summary>A sample's time from the first sample, ns.</summary>
    public abstract long OffsetNs(int sample);

    /// <summary>Whether the device was connected anew before this sample.</summary>
    public virtual bool BeginsPart(int sample) => false;

    /// <summary>Reads a sample: gyroscope, accelerometer, and magnetometer (uT) if there is one.</summary>
    public abstract void Read(int sample, Span<float> destination);

    /// <summary>Closes the files.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Opens a recording, whose layout its name tells.</summary>
    /// <param name="path">A folder or file.</param>
    /// <param name="rateHz">The rate of one without times, samples per second; 0: there are times, or the layout knows.</param>
    /// <param name="gyroscopeUnit">Of a table whose columns do not say: rad/s or deg/s.</param>
    /// <param name="accelerometerUnit">Of a table whose columns do not say: m/s2 or g.</param>
    /// <exception cref="DataFileException">There is none, or it is not what it claims to be.</exception>
    public static ImuRecording Open(string path, double rateHz = 0, string gyroscopeUnit = "rad/s", string accelerometerUnit = "m/s2")
    {
        if (Directory.Exists(path))
        {
            if (File.Exists(Path.Combine(path, BroadTrial.GyroscopeFile))) return new BroadTrial(path, rateHz);
            string[] parts = HeadmountRecording.PartsOf(path);
            if (parts.Length > 0) return new HeadmountRecording(parts);
            throw new DataFileException(path, $"no recorded IMU: neither {BroadTrial.GyroscopeFile} (a BROAD trial) nor extimu psN.raw (head-mount parts) is in it");
        }

        return path.EndsWith(".raw", StringComparison.OrdinalIgnoreCase)
            ? new HeadmountRecording([path])
            : new ImuTable(path, rateHz, gyroscopeUnit, accelerometerUnit);
    }
}
