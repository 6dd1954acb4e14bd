using LoopRig.Core.Stimuli;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>Where the Gabor of a unit lies in a picture that fills the monitor, whatever the picture's size in pixels.</summary>
/// <param name="X">Its centre from the left edge, 0 to 1 of the picture's width.</param>
/// <param name="Y">Its centre from the top edge, 0 to 1 of the picture's height.</param>
/// <param name="OrientationDeg">Direction along its bars at the centre, counter-clockwise from horizontal as one sees the picture, 0 to 180.</param>
/// <param name="CyclesPerWidth">Cycles across the bars in a picture's width, as at the centre.</param>
/// <param name="SigmaOfWidth">Standard deviation of the envelope across the bars, of the picture's width.</param>
public sealed record PictureField(double X, double Y, double OrientationDeg, double CyclesPerWidth, double SigmaOfWidth)
{
    private const double StepDeg = 0.05;

    /// <summary>The picture's view of a unit's Gabor: degrees about its centre are taken for linear in the screen's plane.</summary>
    public static PictureField Of(UnitTruth unit, MonitorGeometry geometry)
    {
        var centre = new VisualAngle(unit.CentreRightDeg, unit.CentreUpDeg);
        ScreenPoint at = geometry.PointOf(centre), left = geometry.PointAbout(centre, new VisualAngle(-StepDeg, 0)), right = geometry.PointAbout(centre, new VisualAngle(StepDeg, 0)),
            below = geometry.PointAbout(centre, new VisualAngle(0, -StepDeg)), above = geometry.PointAbout(centre, new VisualAngle(0, StepDeg));
        // Columns: the way on the screen, half widths, of a degree to the right and of one upwards.
        double ur = (right.U - left.U) / (2 * StepDeg), vr = (right.V - left.V) / (2 * StepDeg), uu = (above.U - below.U) / (2 * StepDeg), vu = (above.V - below.V) / (2 * StepDeg);
        (double sin, double cos) = Math.SinCos(unit.OrientationDeg * Math.PI / 180);
        // Phase = k . degrees = (J^-T k) . place.
        double kr = -sin * unit.CyclesPerDegree, ku = cos * unit.CyclesPerDegree, determinant = ur * vu - uu * vr;
        double ku1 = (vu * kr - vr * ku) / determinant, kv = (ur * ku - uu * kr) / determinant;
        double cycles = Math.Sqrt(ku1 * ku1 + kv * kv);
        // The bars run at a right angle to the wave vector; v points downwards.
        double orientation = Math.Atan2(ku1, kv) * 180 / Math.PI;
        return new PictureField((at.U + 1) / 2, (at.V / geometry.Aspect + 1) / 2, (orientation + 360) % 180, 2 * cycles, unit.SigmaDeg * unit.CyclesPerDegree / (2 * cycles));
    }
}
