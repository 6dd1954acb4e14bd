using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>A trial in the layout of BROAD, in memory: what the sensor measured, and which way up truly was.</summary>
internal sealed class ReferenceTrial
{
    private const double LeftOutS = 5; // the start, which the benchmark's rule leaves out

    private ReferenceTrial(string folder, int samples)
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        (TimesNs, Rates, Accelerations, TrueUp, Counts) = (new long[samples], new Vector3D[samples], new Vector3D[samples], new Vector3D[samples], new bool[samples]);
    }

    public string Name { get; }

    public long[] TimesNs { get; }

    /// <summary>rad/s.</summary>
    public Vector3D[] Rates { get; }

    /// <summary>m/s2.</summary>
    public Vector3D[] Accelerations { get; }

    /// <summary>The world's up in the sensor's axes by the optical reference.</summary>
    public Vector3D[] TrueUp { get; }

    /// <summary>Whether a sample is judged: it moves, the reference saw it, and it is not of the first seconds.</summary>
    public bool[] Counts { get; }

    public double Seconds => TimesNs[^1] * 1e-9;

    /// <summary>Reads the trials of a folder, or the one trial that it is.</summary>
    /// <exception cref="DataFileException">There is none, or a file of one is missing or odd.</exception>
    public static ReferenceTrial[] ReadAll(string folder)
    {
        var folders = IsTrial(folder) ? [folder] : Directory.GetDirectories(folder).Where(IsTrial).Order(StringComparer.Ordinal).ToArray();
        return folders.Length > 0
            ? [.. folders.Select(Read)]
            : throw new DataFileException(folder, "holds no trial: a folder each with imu_gyr.npy, imu_acc.npy, opt_quat.npy and movement.npy is wanted");
    }

    // One file of the layout makes it a trial; that others are missing is then an error.
    private static bool IsTrial(string folder) => s_files.Any(file => File.Exists(Path.Combine(folder, file)));

    private static readonly string[] s_files = ["imu_gyr.npy", "imu_acc.npy", "opt_quat.npy", "movement.npy"];

    private static ReferenceTrial Read(string folder)
    {
        using var sensor = new BroadTrial(folder);
        using var orientations = Open(folder, "opt_quat.npy", sensor.Samples, 4);
        using var movement = Open(folder, "movement.npy", sensor.Samples, 1);
        var trial = new ReferenceTrial(folder, sensor.Samples);
        Span<float> sample = stackalloc float[ImuChannels.WithMagnetometer];
        Span<double> q = stackalloc double[4];
        Span<double> moving = stackalloc double[1];
        for (var i = 0; i < sensor.Samples; i++)
        {
            sensor.Read(i, sample);
            orientations.ReadRow(i, q);
            movement.ReadRow(i, moving);
            trial.TimesNs[i] = sensor.OffsetNs(i);
            trial.Rates[i] = new Vector3D(sample[0], sample[1], sample[2]);
            trial.Accelerations[i] = new Vector3D(sample[3], sample[4], sample[5]);
            trial.TrueUp[i] = Up(q);
            trial.Counts[i] = moving[0] > 0 && trial.TrueUp[i].IsFinite && trial.TimesNs[i] * 1e-9 >= LeftOutS;
        }
        return trial.Counts.Contains(true) ? trial : throw new DataFileException(folder, "no sample moves and was seen by the reference after the first 5 s");
    }

    private static NpyFile Open(string folder, string name, int rows, int columns)
    {
        var file = new NpyFile(Path.Combine(folder, name));
        if (file.Rows == rows && file.RowLength == columns)
        {
            return file;
        }
        var shape = string.Join(", ", file.Shape);
        file.Dispose();
        throw new DataFileException(Path.Combine(folder, name), $"an array of shape ({shape}), where ({rows}{(columns > 1 ? $", {columns}" : "")}) is wanted");
    }

    // The third row of the rotation matrix of a quaternion (w, x, y, z) that turns the sensor's axes into east, north, up.
    private static Vector3D Up(ReadOnlySpan<double> q)
    {
        double w = q[0], x = q[1], y = q[2], z = q[3];
        var up = new Vector3D(2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z);
        return up * (1 / up.Length);
    }
}
