namespace LoopRig.Acquisition.Tests;

/// <summary>
/// A head that looks about, nods and rolls, and what a sensor on it measures: the mean rate since the sample before, as sensors of this kind give it, and
/// the specific force. Everything is a function of time, so that any rate of sampling sees the same motion.
/// </summary>
internal sealed class HeadMotion
{
    private const double Degree = Math.PI / 180;

    /// <summary>How far it turns, as a share of the usual (nods of 35 degrees at 0.7 per second).</summary>
    internal double Amount { get; init; } = 1;

    /// <summary>Its own acceleration along the earth's axes at a time, m/s2.</summary>
    internal Func<double, Vector3D> Push { get; init; } = _ => default;

    /// <summary>Added to the rate, rad/s, in the sensor's axes.</summary>
    internal Vector3D Bias { get; init; }

    /// <summary>From the head's axes to the sensor's.</summary>
    internal Rotation SensorFromHead { get; init; } = Rotation.Identity;

    /// <summary>From the head's axes to the earth's.</summary>
    internal Rotation HeadAt(double seconds)
    {
        double yaw = Amount * ((60 * Math.Sin(1.1 * seconds)) + (20 * Math.Sin(5.3 * seconds)));
        double pitch = Amount * ((35 * Math.Sin(4.4 * seconds)) + (8 * Math.Sin(13 * seconds)));
        double roll = Amount * 25 * Math.Sin((3.1 * seconds) + 0.5);
        return Rotation.By(new Vector3D(0, 0, yaw * Degree)) * Rotation.By(new Vector3D(0, -pitch * Degree, 0)) * Rotation.By(new Vector3D(roll * Degree, 0, 0));
    }

    internal Rotation SensorAt(double seconds) => HeadAt(seconds) * Inverse(SensorFromHead);

    /// <summary>The true up in the sensor's axes.</summary>
    internal Vector3D UpAt(double seconds) => Inverse(SensorAt(seconds)).Apply(Vector3D.UnitZ);

    internal Vector3D RateAt(double seconds, double step)
    {
        Rotation turned = Inverse(SensorAt(seconds - step)) * SensorAt(seconds);
        if (turned.W < 0) turned = new Rotation(-turned.W, -turned.X, -turned.Y, -turned.Z);
        Vector3D axis = new(turned.X, turned.Y, turned.Z);
        double half = Math.Atan2(axis.Length, turned.W);
        return (axis.Length > 0 ? axis * (2 * half / axis.Length / step) : default) + Bias;
    }

    internal Vector3D AccelerationAt(double seconds)
        => Inverse(SensorAt(seconds)).Apply(Push(seconds) + (Vector3D.UnitZ * OrientationFilter.Gravity));

    internal static Rotation Inverse(Rotation r) => new(r.W, -r.X, -r.Y, -r.Z);

    /// <summary>Runs a filter over a stretch of time; gives the largest error of the samples from a time on, degrees.</summary>
    internal double Run(OrientationFilter filter, double fromS, double toS, double rateHz, double judgedFromS, Func<int, bool>? keep = null)
    {
        double most = 0, lastKept = double.NaN;
        for (int i = (int)Math.Round(fromS * rateHz); i < (int)Math.Round(toS * rateHz); i++)
        {
            if (keep is not null && !keep(i)) continue;
            double time = i / rateHz;
            filter.Update((long)Math.Round(time * 1e9), RateAt(time, double.IsNaN(lastKept) ? 1 / rateHz : Math.Min(0.05, time - lastKept)), AccelerationAt(time));
            lastKept = time;
            if (time >= judgedFromS) most = Math.Max(most, Vector3D.AngleDeg(filter.Up, UpAt(time)));
        }

        return most;
    }
}
