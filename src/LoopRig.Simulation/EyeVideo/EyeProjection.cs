namespace LoopRig.Simulation.EyeVideo;

/// <summary>
/// The geometry of a simulated eye under its camera: a sphere that turns about its centre, with the pupil as a flat disc at the rotation radius, square to
/// the gaze, seen in perspective. No cornea refracts. Directions are nasal, up and forward along the resting gaze; a gaze of (theta, phi) is
/// (sin theta cos phi, sin phi, cos theta cos phi): first turned nasally, then up.
/// </summary>
public sealed class EyeProjection
{
    private const double CorneaDepth = 0.2, CorneaRadius = 0.8; // of the rotation radius: centre and radius of the mirror that the cornea is

    private readonly EyeCameraOptions _options;
    private readonly Lids _lids;
    private readonly double _side; // the picture's columns grow nasally: 1, or temporally: -1
    private readonly Direction _nasal, _up, _toCamera;

    /// <summary>The geometry of one eye and camera.</summary>
    public EyeProjection(EyeCameraOptions options)
    {
        _options = options;
        Radius = options.RotationRadiusPx > 0 ? options.RotationRadiusPx : 0.3 * options.Width;
        EyeX = double.IsNaN(options.EyeX) ? (options.Width - 1) / 2.0 : options.EyeX;
        EyeY = double.IsNaN(options.EyeY) ? (options.Height - 1) / 2.0 : options.EyeY;
        _side = options.NoseIsLeft ? -1 : 1;
        _lids = new Lids(EyeX, EyeY, Radius);
        Direction.Frame(options.CameraAzimuthDeg, options.CameraElevationDeg, out _nasal, out _up, out _toCamera);
    }

    /// <summary>The rotation radius, px.</summary>
    public double Radius { get; }

    /// <summary>The centre of rotation, px from the left.</summary>
    public double EyeX { get; }

    /// <summary>The centre of rotation, px from the top.</summary>
    public double EyeY { get; }

    /// <summary>The pupil's true outline in the picture.</summary>
    public PupilOutline Pupil(in EyePose pose)
    {
        PupilPlane plane = Plane(pose.ThetaDeg, pose.PhiDeg);
        (double x, double y, double a, double b, double angle) = plane.Outline(pose.PupilRadiusPx);
        return new PupilOutline(x, y, a, b, angle, VisibleShare(plane, pose));
    }

    /// <summary>Where the reflection of a lamp lies, px.</summary>
    /// <param name="pose">The eye's pose.</param>
    /// <param name="lamp">Which lamp, from 0.</param>
    public (double X, double Y) Reflection(in EyePose pose, int lamp)
    {
        Direction.Frame(pose.ThetaDeg, pose.PhiDeg, out _, out _, out Direction gaze);
        // A mirror sphere shows a far lamp where its normal halves the angle between lamp and camera.
        (double right, double up) = LampDirection(lamp);
        double forward = Math.Sqrt(1 - (right * right) - (up * up));
        double length = Math.Sqrt((right * right) + (up * up) + ((1 + forward) * (1 + forward)));
        double x = (CorneaDepth * _side * gaze.Along(_nasal)) + (CorneaRadius * right / length);
        double y = (CorneaDepth * gaze.Along(_up)) + (CorneaRadius * up / length);
        double z = (CorneaDepth * gaze.Along(_toCamera)) + (CorneaRadius * (1 + forward) / length);
        double scale = Radius * _options.DistanceRadii / (_options.DistanceRadii - z);
        return (EyeX + (scale * x), EyeY - (scale * y));
    }

    internal Lids Lids => _lids;

    /// <summary>The plane that pupil and iris lie in.</summary>
    internal PupilPlane Plane(double thetaDeg, double phiDeg)
    {
        Direction.Frame(thetaDeg, phiDeg, out Direction across, out Direction along, out Direction gaze);
        double d = _options.DistanceRadii;
        // A point at (u, v) px of the plane lies at gaze + (u across + v along) / R; it is divided by its depth before the camera over d.
        Span<double> x = [_side * across.Along(_nasal), _side * along.Along(_nasal), _side * Radius * gaze.Along(_nasal)];
        Span<double> y = [-across.Along(_up), -along.Along(_up), -Radius * gaze.Along(_up)];
        Span<double> w = [-across.Along(_toCamera) / (d * Radius), -along.Along(_toCamera) / (d * Radius), 1 - (gaze.Along(_toCamera) / d)];
        return new PupilPlane(
            x[0] + (EyeX * w[0]), x[1] + (EyeX * w[1]), x[2] + (EyeX * w[2]),
            y[0] + (EyeY * w[0]), y[1] + (EyeY * w[1]), y[2] + (EyeY * w[2]),
            w[0], w[1], w[2]);
    }

    // In the picture's right and up. An on-axis lamp is a little beside the lens.
    private (double Right, double Up) LampDirection(int lamp)
    {
        if (_options.BrightPupil && lamp == 0) return (0.04, 0.03);
        (double sin, double cos) = Math.SinCos(-0.6 + (2.4 * lamp));
        return (0.45 * cos, 0.45 * sin);
    }

    private double VisibleShare(in PupilPlane plane, in EyePose pose)
    {
        const int Rings = 6, Spokes = 24;
        int visible = 0;
        for (int ring = 0; ring < Rings; ring++)
        {
            double radius = pose.PupilRadiusPx * Math.Sqrt((ring + 0.5) / Rings); // equal areas
            for (int spoke = 0; spoke < Spokes; spoke++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * (spoke + (0.5 * (ring % 2))) / Spokes);
                (double x, double y) = plane.ToPicture(radius * cos, radius * sin);
                if (_lids.Inside(x, y, pose.LidOpening)) visible++;
            }
        }

        return (double)visible / (Rings * Spokes);
    }

    private readonly record struct Direction(double Nasal, double Up, double Forward)
    {
        /// <summary>The directions in which theta and phi grow, and the gaze itself.</summary>
        internal static void Frame(double thetaDeg, double phiDeg, out Direction nasal, out Direction up, out Direction gaze)
        {
            (double sinT, double cosT) = Math.SinCos(thetaDeg * Math.PI / 180);
            (double sinP, double cosP) = Math.SinCos(phiDeg * Math.PI / 180);
            nasal = new Direction(cosT, 0, -sinT);
            up = new Direction(-sinP * sinT, cosP, -sinP * cosT);
            gaze = new Direction(sinT * cosP, sinP, cosT * cosP);
        }

        internal double Along(in Direction other) => (Nasal * other.Nasal) + (Up * other.Up) + (Forward * other.Forward);
    }
}
