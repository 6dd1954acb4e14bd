namespace LoopRig.Core.Stimuli;

/// <summary>
/// Where each pixel of a flat monitor lies in the visual field. The model is the perspective network's (Wang et al. 2025; lengths in half widths of the
/// screen): the eye at the origin, the screen's centre c, its axes the columns of R = Rz Ry Rx; a pixel (u, v) is seen along c + u X + v Y.
/// </summary>
/// <remarks>
/// Around a place, degrees are those of the azimuthal equidistant map about it (the map of the network's retina): distance is the angle between the
/// directions, so that a patch keeps its shape wherever it lies. Flat geometry takes degrees at the screen's centre for the whole screen instead.
/// </remarks>
public sealed class MonitorGeometry
{
    private const double DegPerRad = 180 / Math.PI;
    // Beyond this a ray grazes the screen's plane or turns away from it: no pixel lies there.
    private const double LeastApproach = 1e-5;

    /// <summary>Computes the geometry of a monitor.</summary>
    /// <exception cref="LoopRigException">The eye lies behind the screen or in its plane.</exception>
    public MonitorGeometry(MonitorDescription monitor)
    {
        Monitor = monitor;
        var unit = monitor.WidthCm / 2;
        Centre = new EyeVector(monitor.CentreRightCm / unit, -monitor.CentreUpCm / unit, monitor.DistanceCm / unit);
        (AxisX, AxisY, AxisZ) = Rotation(monitor.TiltDeg / DegPerRad, monitor.PanDeg / DegPerRad, monitor.RollDeg / DegPerRad);
        Aspect = monitor.HeightCm / monitor.WidthCm;
        DegreesPerUnit = DegPerRad / Centre.Length;
        if (EyeVector.Dot(AxisZ, Centre) <= LeastApproach)
        {
            throw new LoopRigException(FormattableString.Invariant(
                $"monitor: turned by tilt {monitor.TiltDeg}, pan {monitor.PanDeg} and roll {monitor.RollDeg} degrees the screen shows its back to the eye"));
        }
    }

    /// <summary>The description.</summary>
    public MonitorDescription Monitor { get; }

    /// <summary>The screen's centre, half widths.</summary>
    public EyeVector Centre { get; }

    /// <summary>Along the rows, to the right.</summary>
    public EyeVector AxisX { get; }

    /// <summary>Along the columns, downwards.</summary>
    public EyeVector AxisY { get; }

    /// <summary>Away from the eye.</summary>
    public EyeVector AxisZ { get; }

    /// <summary>Height over width: v runs from -Aspect to Aspect.</summary>
    public double Aspect { get; }

    /// <summary>Degrees of a half width at the screen's centre.</summary>
    public double DegreesPerUnit { get; }

    /// <summary>Whether degrees are the eye's, not the screen centre's.</summary>
    public bool IsSpherical => Monitor.Correction == Correction.Spherical;

    /// <summary>Pixels a degree at the screen's centre; finer gratings than half of it cannot be shown.</summary>
    public double PixelsPerDegree => Monitor.WidthPx / (2 * DegreesPerUnit);

    /// <summary>The middle of the screen in the visual field.</summary>
    public VisualAngle Middle => AngleOf(default);

    /// <summary>The centre of a pixel.</summary>
    public ScreenPoint PointOf(double column, double row) => new((2 * column + 1) / Monitor.WidthPx - 1, ((2 * row + 1) / Monitor.HeightPx - 1) * Aspect);

    /// <summary>The direction, of length 1, in which a place on the screen is seen.</summary>
    public EyeVector DirectionOf(ScreenPoint point) => (Centre + point.U * AxisX + point.V * AxisY).Unit;

    /// <summary>The visual angle of a place on the screen.</summary>
    public VisualAngle AngleOf(ScreenPoint point)
    {
        if (!IsSpherical)
        {
            return new VisualAngle(point.U * DegreesPerUnit, -point.V * DegreesPerUnit);
        }
        var ray = DirectionOf(point);
        return new VisualAngle(Math.Atan2(ray.X, ray.Z) * DegPerRad, Math.Asin(-ray.Y) * DegPerRad);
    }

    /// <summary>The place on the screen's plane where a visual angle is seen; it need not lie on the picture. Directions that miss the plane lie far outside.</summary>
    public ScreenPoint PointOf(VisualAngle angle)
    {
        if (!IsSpherical)
        {
            return new ScreenPoint(angle.AzimuthDeg / DegreesPerUnit, -angle.ElevationDeg / DegreesPerUnit);
        }
        return Project(FrameOf(angle).Ahead);
    }

    /// <summary>Where a direction meets the screen's plane.</summary>
    public ScreenPoint Project(EyeVector ray)
    {
        var distance = EyeVector.Dot(AxisZ, Centre) / Math.Max(EyeVector.Dot(AxisZ, ray), LeastApproach);
        var offset = distance * ray - Centre;
        return new ScreenPoint(EyeVector.Dot(offset, AxisX), EyeVector.Dot(offset, AxisY));
    }

    /// <summary>The tangent frame at a visual angle of the sphere.</summary>
    public static TangentFrame FrameOf(VisualAngle angle)
    {
        var (sinA, cosA) = Math.SinCos(angle.AzimuthDeg / DegPerRad);
        var (sinE, cosE) = Math.SinCos(angle.ElevationDeg / DegPerRad);
        return new TangentFrame(new(cosE * sinA, -sinE, cosE * cosA), new(cosA, 0, -sinA), new(-sinE * sinA, -cosE, -sinE * cosA));
    }

    /// <summary>Degrees to the right and upwards of a place, on the equidistant map about it (spherical) or on the screen (flat): what every shader computes.</summary>
    public VisualAngle DegreesAbout(VisualAngle centre, ScreenPoint point)
    {
        if (!IsSpherical)
        {
            var angle = AngleOf(point);
            return new VisualAngle(angle.AzimuthDeg - centre.AzimuthDeg, angle.ElevationDeg - centre.ElevationDeg);
        }
        var frame = FrameOf(centre);
        var ray = DirectionOf(point);
        // Of the chord, not of the cosine, which loses small angles.
        var distance = 2 * Math.Asin(Math.Min(1, (ray - frame.Ahead).Length / 2)) * DegPerRad;
        var (right, up) = (EyeVector.Dot(ray, frame.Right), EyeVector.Dot(ray, frame.Up));
        var length = Math.Sqrt(right * right + up * up);
        return length < 1e-12 ? default : new VisualAngle(distance * right / length, distance * up / length);
    }

    /// <summary>The place on the screen that lies so many degrees to the right and upwards of a place: the inverse of <see cref="DegreesAbout"/>.</summary>
    public ScreenPoint PointAbout(VisualAngle centre, VisualAngle offset)
    {
        if (!IsSpherical)
        {
            return PointOf(new VisualAngle(centre.AzimuthDeg + offset.AzimuthDeg, centre.ElevationDeg + offset.ElevationDeg));
        }
        var frame = FrameOf(centre);
        var distance = Math.Sqrt(offset.AzimuthDeg * offset.AzimuthDeg + offset.ElevationDeg * offset.ElevationDeg);
        if (distance < 1e-12)
        {
            return Project(frame.Ahead);
        }
        var (sin, cos) = Math.SinCos(distance / DegPerRad);
        return Project(cos * frame.Ahead + (sin * offset.AzimuthDeg / distance) * frame.Right + (sin * offset.ElevationDeg / distance) * frame.Up);
    }

    /// <summary>The smallest rectangle of degrees about the middle that holds the whole screen: half its width and half its height, and the farthest pixel's distance.</summary>
    public (double HalfWidthDeg, double HalfHeightDeg, double ReachDeg) Extent()
    {
        const int Steps = 64;
        double width = 0, height = 0, reach = 0;
        var middle = Middle;
        for (var i = 0; i <= Steps; i++)
        {
            var along = 2.0 * i / Steps - 1;
            ReadOnlySpan<ScreenPoint> edge = [new(along, -Aspect), new(along, Aspect), new(-1, along * Aspect), new(1, along * Aspect)];
            foreach (var point in edge)
            {
                var degrees = DegreesAbout(middle, point);
                width = Math.Max(width, Math.Abs(degrees.AzimuthDeg));
                height = Math.Max(height, Math.Abs(degrees.ElevationDeg));
                reach = Math.Max(reach, Math.Sqrt(degrees.AzimuthDeg * degrees.AzimuthDeg + degrees.ElevationDeg * degrees.ElevationDeg));
            }
        }
        return (width, height, reach);
    }

    // The columns of Rz Ry Rx, right-handed.
    private static (EyeVector X, EyeVector Y, EyeVector Z) Rotation(double x, double y, double z)
    {
        var (sx, cx) = Math.SinCos(x);
        var (sy, cy) = Math.SinCos(y);
        var (sz, cz) = Math.SinCos(z);
        return (new(cz * cy, sz * cy, -sy),
            new(cz * sy * sx - sz * cx, sz * sy * sx + cz * cx, cy * sx),
            new(cz * sy * cx + sz * sx, sz * sy * cx - cz * sx, cy * cx));
    }
}
