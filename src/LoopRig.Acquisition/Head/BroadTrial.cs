using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// A trial of BROAD, the Berlin Robust Orientation Estimation Assessment Dataset (Laidig et al. 2021, doi 10.3390/data6070072), a NumPy array a signal:
/// imu_gyr (rad/s), imu_acc (m/s2), perhaps imu_mag (uT), and for a benchmark opt_quat (w x y z, sensor in east north up, NaN where it was not seen) and
/// movement (0 or 1). It was sampled at 2000/7 Hz.
/// </summary>
public sealed class BroadTrial : ImuRecording
{
    internal const string GyroscopeFile = "imu_gyr.npy";
    private const double DocumentedRateHz = 2000.0 / 7;

    private readonly NpyFile _gyroscope;
    private readonly NpyFile _accelerometer;
    private readonly NpyFile? _magnetometer;
    private readonly double[] _row = new double[3];

    /// <summary>Opens a trial's sensor.</summary>
    /// <param name="folder">The trial's folder.</param>
    /// <param name="rateHz">Its rate; 0: that of the data set.</param>
    /// <exception cref="DataFileException">An array is missing, cut short, or not as long as the others.</exception>
    public BroadTrial(string folder, double rateHz = 0)
    {
        RateHz = rateHz > 0 ? rateHz : DocumentedRateHz;
        _gyroscope = OpenVectors(Path.Combine(folder, GyroscopeFile), null);
        try
        {
            _accelerometer = OpenVectors(Path.Combine(folder, "imu_acc.npy"), _gyroscope);
            string magnetometer = Path.Combine(folder, "imu_mag.npy");
            _magnetometer = File.Exists(magnetometer) ? OpenVectors(magnetometer, _gyroscope) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Channels => _magnetometer is null ? ImuChannels.Inertial : ImuChannels.WithMagnetometer;

    /// <inheritdoc/>
    public override int Samples => _gyroscope.Rows;

    /// <inheritdoc/>
    public override double RateHz { get; }

    /// <inheritdoc/>
    public override long OffsetNs(int sample) => (long)Math.Round(sample * 1e9 / RateHz);

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> destination)
    {
        ReadVector(_gyroscope, sample, destination);
        ReadVector(_accelerometer, sample, destination[3..]);
        if (_magnetometer is not null) ReadVector(_magnetometer, sample, destination[6..]);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _gyroscope.Dispose();
        _accelerometer?.Dispose();
        _magnetometer?.Dispose();
    }

    private static NpyFile OpenVectors(string path, NpyFile? like)
    {
        NpyFile file = new(path);
        if (file.Shape.Length == 2 && file.Shape[1] == 3 && file.Rows > 0 && (like is null || like.Rows == file.Rows)) return file;
        string shape = string.Join(", ", file.Shape);
        file.Dispose();
        throw new DataFileException(path, $"an array of shape ({shape}), where ({(like is null ? "samples" : like.Rows)}, 3) is wanted");
    }

    private void ReadVector(NpyFile file, int sample, Span<float> destination)
    {
        file.ReadRow(sample, _row);
        for (int i = 0; i < _row.Length; i++) destination[i] = (float)_row[i];
    }
}
